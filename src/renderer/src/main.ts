import './zodSetup'
import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { createClient } from './client/client'
import { useMessagesStore } from './stores/messages'
import { watchUncaught } from './uncaughtErrors'

const client = createClient(window.depthdeck)
const app = createApp(App, { client }).use(createPinia())
const messages = useMessagesStore()
watchUncaught(window, (fault) => {
  messages.addFault(fault, performance.now())
  client.reportFault(fault)
})
// Vue would swallow or only log it: one way for all of them.
app.config.errorHandler = (error) => window.reportError(error)
app.mount('#app')
