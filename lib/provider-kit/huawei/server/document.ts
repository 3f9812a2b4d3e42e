import * as z from 'zod'
import { timestampMs } from '../timestamp.ts'

const Text = z.string().nullish().catch(null)

/** A server of the ECS, BMS and native APIs, which share these fields ("Querying Details About ECSs"), in our words. */
export type ServerState = z.infer<typeof ServerState>
export const ServerState = z
  .object({
    id: z.string(),
    status: z.string().min(1),
    updated: Text,
    'OS-EXT-STS:task_state': Text,
    fault: z.object({ message: Text }).nullish().catch(null),
  })
  .transform((server) => ({
    id: server.id.toLowerCase(),
    status: server.status.toUpperCase(),
    /** What is being done to it, null when nothing. */
    task: server['OS-EXT-STS:task_state']?.toLowerCase() || null,
    updatedAt: timestampMs(server.updated),
    fault: server.fault?.message || null,
  }))

export const OneServer = z.object({ server: ServerState }).transform(({ server }) => server)

/** A page of the list; an entry that cannot be read is left out and says nothing. */
export const ServerPage = z.object({ servers: z.array(z.unknown()) }).transform(({ servers }) => ({
  length: servers.length,
  servers: servers.flatMap((server) => {
    const parsed = ServerState.safeParse(server)
    return parsed.success ? [parsed.data] : []
  }),
}))
