import { describe, expect, it } from 'vitest'
import type { Action } from '../../../../lib/domain/action.ts'
import { huaweicloudEcs } from '../../../../lib/providers/huaweicloud-ecs/index.ts'
import { A, answer, B, cloud, cloudWith, fleet, lost, NOW, type Shown, timedOut } from './fake-cloud.ts'

const SENT = NOW - 100_000
const after = new Date(SENT + 1).toISOString()
const sameSecond = new Date(SENT).toISOString().replace('.000', '')
const before = new Date(SENT - 2_000).toISOString()

const traceOf = async (action: Action, shown: Shown | null) => {
  const evidence = await huaweicloudEcs.reconcile(lost(action, { nodeIds: [A] }), cloudWith({ [A]: shown }))
  return evidence.kind === 'seen' ? evidence.traces.get(A) : evidence
}

describe('a call whose answer was lost', () => {
  it.each<[string, Action, Shown | null]>([
    ['restart: it restarts', 'restart', { status: 'REBOOT', updated: before }],
    ['restart: it restarts forcibly', 'restart', { status: 'HARD_REBOOT', updated: before }],
    ['restart: its task is to restart', 'restart', { task: 'reboot_started', updated: before }],
    ['restart: it was changed since', 'restart', { updated: after }],
    ['restart: it was changed in the same second', 'restart', { updated: sameSecond }],
    ['stop: it is stopped', 'stop', { status: 'SHUTOFF' }],
    ['stop: it stops', 'stop', { task: 'powering-off' }],
    ['start: it runs', 'start', {}],
    ['start: it starts', 'start', { status: 'SHUTOFF', task: 'powering-on' }],
    ['delete: it is gone', 'delete', null],
    ['delete: it goes', 'delete', { task: 'deleting' }],
  ])('is applied. %s', async (_, action, shown) => {
    expect(await traceOf(action, shown)).toBe('applied')
  })

  it.each<[string, Action, Shown | null]>([
    ['restart: it was not changed since', 'restart', { updated: before }],
    ['restart: it is stopped, and was before', 'restart', { status: 'SHUTOFF', updated: before }],
    ['restart: it does not exist', 'restart', null],
    ['stop: it runs', 'stop', {}],
    ['start: it is stopped', 'start', { status: 'SHUTOFF' }],
    ['delete: it is there', 'delete', {}],
  ])('left no trace. %s', async (_, action, shown) => {
    expect(await traceOf(action, shown)).toBe('untouched')
  })

  it.each<[string, Shown]>([
    ['it does not say when it was changed', { updated: '' }],
    ['it is at another action', { task: 'powering-off', updated: before }],
    ['it was changed since, and is stopped', { status: 'SHUTOFF', updated: after }],
    ['it was changed since, and is broken', { status: 'ERROR', updated: after }],
  ])('cannot be judged for a restart: %s', async (_, shown) => {
    expect(await traceOf('restart', shown)).toBe('unclear')
  })

  it.each<[Action, Shown]>([
    ['stop', { updated: after }],
    ['start', { status: 'SHUTOFF', updated: after }],
    ['delete', { status: 'ERROR', updated: after }],
    ['stop', { updated: '' }],
  ])('cannot be judged for a %s that may have been in vain: %o', async (action, shown) => {
    expect(await traceOf(action, shown)).toBe('unclear')
  })

  it('cannot be judged for a server that is in no list', async () => {
    const ids = fleet(20)
    const api = cloud(({ path }) => (path.endsWith('/detail') ? answer(200, { servers: [] }) : timedOut))

    const evidence = await huaweicloudEcs.reconcile(lost('delete', { nodeIds: ids }), api)

    expect(evidence).toMatchObject({ kind: 'seen', note: 'of 20 servers 0 applied, 0 untouched, 20 unclear' })
  })

  it('has a trace for every server, and no job', async () => {
    const api = cloudWith({ [A]: { updated: after }, [B]: { updated: before } })

    expect(await huaweicloudEcs.reconcile(lost('restart'), api)).toEqual({
      kind: 'seen',
      traces: new Map([
        [A, 'applied'],
        [B, 'untouched'],
      ]),
      jobIds: [],
      note: 'of 2 servers 1 applied, 1 untouched, 0 unclear',
    })
  })

  it('goes by the provider’s clock', async () => {
    const updated = new Date(SENT + 10_000).toISOString()
    const ahead = { date: new Date(NOW + 60_000).toUTCString() }

    const evidence = await huaweicloudEcs.reconcile(
      lost('restart', { nodeIds: [A] }),
      cloudWith({ [A]: { updated } }, ahead),
    )

    expect(evidence).toMatchObject({ traces: new Map([[A, 'untouched']]) })
  })

  it('only reads, and says so when it cannot', async () => {
    const api = cloud(() => timedOut)

    expect(await huaweicloudEcs.reconcile(lost('restart'), api)).toMatchObject({ kind: 'unreadable' })
    expect(api.requests.every(({ method }) => method === 'GET')).toBe(true)
  })
})
