import type { Action } from './action.ts'

/** Where the nodes are: `region`, `zone`, `projectId`, `clusterId`, `account`; a provider's manifest says which. */
export type Target = Readonly<Record<string, string>>

/** The options of a request, after defaults: a provider's manifest says which and what they really do. */
export type Options = Readonly<Record<string, string | boolean>>

/** What is to be done, without to whom: the part of a request that every batch of it shares. */
export type Work = { provider: string; action: Action; target: Target; options: Options }
