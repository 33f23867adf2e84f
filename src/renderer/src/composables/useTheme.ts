import { computed, onScopeDispose, shallowRef, watchEffect, type ComputedRef } from 'vue'
import { useUiStore, type ThemeChoice } from '../stores/ui'

const STORAGE_KEY = 'depthdeck:theme'

const isChoice = (value: string | null): value is ThemeChoice =>
  value === 'system' || value === 'light' || value === 'dark'

/** Applies and remembers the theme; `system` follows the desktop while it changes. */
export function useTheme(): { resolved: ComputedRef<'light' | 'dark'> } {
  const ui = useUiStore()
  const stored = localStorage.getItem(STORAGE_KEY)
  if (isChoice(stored)) ui.theme = stored

  const query = window.matchMedia('(prefers-color-scheme: light)')
  const systemLight = shallowRef(query.matches)
  const follow = (event: MediaQueryListEvent): void => {
    systemLight.value = event.matches
  }
  query.addEventListener('change', follow)
  onScopeDispose(() => query.removeEventListener('change', follow))

  const resolved = computed(() => {
    if (ui.theme !== 'system') return ui.theme
    return systemLight.value ? 'light' : 'dark'
  })
  watchEffect(() => {
    document.documentElement.dataset['theme'] = resolved.value
    localStorage.setItem(STORAGE_KEY, ui.theme)
  })
  return { resolved }
}
