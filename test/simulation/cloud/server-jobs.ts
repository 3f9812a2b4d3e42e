import { json, type Reply } from './call.ts'
import type { CloudNeeds, ServerFlavour } from './servers.ts'

/** One server's part of a job; `code` when it ends in failure, infinite when it does not end. */
export type Part = { serverId: string; beginsAt: number; endsAt: number; code: string | null }

/** What a job's document is like besides right. */
type Oddity = 'none' | (typeof ODDITIES)[number]

type Job = { id: string; parts: readonly Part[]; endsAt: number; shownFrom: number; goneAt: number; oddity: Oddity }

const DAY_MS = 86_400_000
/** The parent ends after its last sub job (huawei-otc.md, section 2). */
const SETTLE_MS = [1_000, 9_000] as const

const ODDITIES = [
  'missing part',
  'word nobody knows',
  'goes back',
  'array',
  'no parts',
  'succeeds with failed parts',
] as const

export const createServerJobs = (flavour: ServerFlavour, { dice, profile, now }: CloudNeeds) => {
  const jobs = new Map<string, Job>()

  const isOver = (part: Part): boolean => part.endsAt <= now()
  /** A word that nobody knows is only ever said of what still runs. */
  const running = (oddity: Oddity): string => (oddity === 'word nobody knows' ? 'PENDING_PAYMENT' : 'RUNNING')

  const statusOf = (part: Part, { oddity }: Job): string => {
    if (!isOver(part)) return running(oddity)
    const goesBack = oddity === 'goes back' && now() - part.endsAt < 3_000 && Math.floor(now() / 1_000) % 2 === 0
    if (goesBack) return 'RUNNING'
    return part.code === null ? 'SUCCESS' : 'FAIL'
  }

  const partDocument = (part: Part, index: number, job: Job) => {
    const status = statusOf(part, job)
    const entities = { server_id: part.serverId, ...(status === 'FAIL' ? { errorcode_message: 'it failed' } : {}) }
    return {
      job_id: `${job.id}-${index}`,
      status,
      error_code: status === 'FAIL' ? part.code : null,
      fail_reason: null,
      entities: job.oddity === 'array' ? [entities] : entities,
    }
  }

  return {
    open: (parts: readonly Part[]): string => {
      const id = `${flavour.collection}${String(jobs.size).padStart(8, '0')}`
      const endsAt = Math.max(...parts.map((part) => part.endsAt)) + dice.between(...SETTLE_MS)
      const goneAt = endsAt + (dice.chance(profile.jobForgotten) ? dice.below(20_000) : DAY_MS)
      const oddity = dice.chance(profile.jobOdd) ? dice.pick(ODDITIES) : 'none'
      jobs.set(id, { id, parts, endsAt, shownFrom: now() + dice.random() * profile.jobHiddenMs, goneAt, oddity })
      return id
    },
    show: (id: string): Reply => {
      const job = jobs.get(id)
      if (job === undefined || now() < job.shownFrom || now() >= job.goneAt)
        return json(400, { error: { code: 'Common.0011', message: 'Failed to query system tasks.' } })
      const over = now() >= job.endsAt
      const failed = job.parts.some((part) => part.code !== null)
      const shown = job.oddity === 'no parts' ? [] : job.oddity === 'missing part' ? job.parts.slice(1) : job.parts
      const ended = failed && job.oddity !== 'succeeds with failed parts' ? 'FAIL' : 'SUCCESS'
      const status = over ? ended : running(job.oddity)
      return json(200, {
        job_id: job.id,
        status,
        end_time: '',
        error_code: status === 'FAIL' ? (job.parts.length === 1 ? job.parts[0]?.code : 'Common.0021') : null,
        entities: { sub_jobs: shown.map((part, index) => partDocument(part, index, job)) },
      })
    },
  }
}
