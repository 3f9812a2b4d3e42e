import { bundles } from './bundles.ts'
import { costs } from './costs.ts'
import { ingesting } from './ingest.ts'
import { limiter } from './limiter.ts'
import { note } from './print.ts'
import { polling } from './polling.ts'
import { signing } from './signing.ts'

polling()
await costs()
limiter()
ingesting()
signing()
await bundles()
note('', 'A figure that misses its goal is marked with "!". All but times is the same in every run.')
