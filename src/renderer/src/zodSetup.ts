import { z } from 'zod'

// The page forbids eval; without this zod would try it once for every schema it compiles.
z.config({ jitless: true })
