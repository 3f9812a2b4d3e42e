import { costs } from './costs.ts'
import { ingesting } from './ingest.ts'
import { limiter } from './limiter.ts'
import { polling } from './polling.ts'
import { signing } from './signing.ts'

polling()
await costs()
limiter()
ingesting()
signing()
