import type { SimClock } from '../simulator.ts'
import type { Flavour } from './flavour.ts'
import type { Fleet, Oddities } from './options.ts'

/** All that is fixed while a simulator runs. */
export type Context = { clock: SimClock; seed: number; flavour: Flavour; fleet: Fleet; oddities: Oddities }
