import { describe, expect, it } from 'vitest'
import type { Action } from '../../../../lib/domain/action.ts'
import { huaweicloudBms } from '../../../../lib/providers/huaweicloud-bms/index.ts'
import { otcBms } from '../../../../lib/providers/otc-bms/index.ts'
import { otcEcs } from '../../../../lib/providers/otc-ecs/index.ts'
import { A, answer, B, cloud, notServed, PROJECT, refusal, server, timedOut, work } from './fake-cloud.ts'

const JOB = 'ff80808288d41e1b018990260955686a'
const accepting = () => cloud(() => answer(200, { job_id: JOB }))
/** What the answer to the call means by itself: the servers cannot be looked at. */
const submit = (reply: ReturnType<typeof answer>, action: Action = 'restart', ids = [A, B], provider = otcEcs) =>
  provider.submit(
    work(action),
    ids,
    cloud(({ method }) => (method === 'POST' ? reply : timedOut)),
  )

describe('the call for servers', () => {
  const servers = `"servers":[{"id":"${A}"},{"id":"${B}"}]`

  it.each<[string, Action, Record<string, string | boolean>, string, string]>([
    ['soft restart', 'restart', { mode: 'soft' }, 'action', `{"reboot":{"type":"SOFT",${servers}}}`],
    ['hard restart', 'restart', { mode: 'hard' }, 'action', `{"reboot":{"type":"HARD",${servers}}}`],
    ['restart without options', 'restart', {}, 'action', `{"reboot":{"type":"SOFT",${servers}}}`],
    ['start', 'start', {}, 'action', `{"os-start":{${servers}}}`],
    ['soft stop', 'stop', { mode: 'soft' }, 'action', `{"os-stop":{"type":"SOFT",${servers}}}`],
    ['hard stop', 'stop', { mode: 'hard' }, 'action', `{"os-stop":{"type":"HARD",${servers}}}`],
    ['delete', 'delete', {}, 'delete', `{${servers},"delete_publicip":false,"delete_volume":false}`],
    [
      'delete of everything',
      'delete',
      { delete_publicip: true, delete_volume: true },
      'delete',
      `{${servers},"delete_publicip":true,"delete_volume":true}`,
    ],
  ])('ECS: %s', async (_, action, options, verb, body) => {
    const api = accepting()

    const submission = await otcEcs.submit(work(action, options), [A, B], api)

    expect(submission).toEqual({ kind: 'accepted', jobIds: [JOB] })
    expect(api.requests).toEqual([{ method: 'POST', path: `/v1/${PROJECT}/cloudservers/${verb}`, body }])
  })

  it.each([
    ['restart', `{"reboot":{"type":"HARD",${servers}}}`],
    ['start', `{"os-start":{${servers}}}`],
    ['stop', `{"os-stop":{"type":"HARD",${servers}}}`],
  ] as const)('BMS: %s is hard, whatever is asked for', async (action, body) => {
    const api = accepting()

    await huaweicloudBms.submit(work(action, { mode: 'soft' }), [A, B], api)

    expect(api.requests).toEqual([{ method: 'POST', path: `/v1/${PROJECT}/baremetalservers/action`, body }])
  })
})

describe('an answer to the call', () => {
  it.each([
    ['200 with a job id', answer(200, { job_id: JOB }), [JOB]],
    [
      '200 with a job id with dashes',
      answer(200, { job_id: '70a599e0-31e7-49b7-b260-868f441e862b' }),
      ['70a599e0-31e7-49b7-b260-868f441e862b'],
    ],
    ['202 with a job id', answer(202, { job_id: JOB }), [JOB]],
    ['a job id that fits into no path', answer(200, { job_id: '../../x' }), []],
    ['204 without a body', answer(204), []],
    ['202 without a body', answer(202, ' '), []],
    ['202 with an empty object', answer(202, {}), []],
  ])('%s is accepted', async (_, reply, jobIds) => {
    expect(await submit(reply)).toEqual({ kind: 'accepted', jobIds })
  })

  it.each([
    ['200 without a body', answer(200)],
    ['200 with an empty object', answer(200, {})],
    ['200 with an empty job id', answer(200, { job_id: '' })],
    ['200 with HTML', answer(200, '<html>blocked</html>')],
    ['200 with a text that breaks off', answer(200, '{"job_id":"ff80')],
    ['202 with HTML', answer(202, '<html>')],
    ['202 with a text in JSON', answer(202, '"ok"')],
    ['200 with an error that nobody knows', refusal(200, 'Ecs.9876')],
    ['a redirect', answer(302)],
    ['a lost answer', timedOut],
    ['500', refusal(500, 'Ecs.0615')],
    ['502 with HTML', answer(502, '<html>')],
    ['a request error that may have come late', refusal(400, 'Ecs.0000')],
    ['a failure of the task', refusal(400, 'Ecs.0002')],
    ['a system exception', refusal(500, 'Common.0001')],
    ['a failure of the backend', refusal(400, 'Ecs.1100')],
    ['a batch that failed', refusal(400, 'Ecs.0611')],
  ])('%s is ambiguous', async (_, reply) => {
    expect(await submit(reply)).toMatchObject({ kind: 'ambiguous' })
  })

  it.each([
    ['a flow limit inside a 202', refusal(202, 'Common.0024'), 5_000],
    ['the gateway’s limit', answer(429, { error_code: 'APIGW.0308', error_msg: 'over' }), 5_000],
    ['flow control as OTC has it', refusal(429, 'Common.1503'), 5_000],
    ['flow control as Huawei has it', refusal(503, 'Common.1503'), 5_000],
    ['other commands are being executed', refusal(501, 'Ecs.0603'), 60_000],
  ])('%s is throttled', async (_, reply, waitMs) => {
    expect(await submit(reply)).toMatchObject({ kind: 'throttled', waitMs })
  })

  it.each([
    ['a server that does not exist', refusal(404, 'Ecs.0114'), true],
    ['a server in another state', refusal(400, 'Ecs.0100'), true],
    ['a locked server', refusal(400, 'Ecs.0605'), true],
    ['a prepaid server', refusal(400, 'Ecs.0513'), true],
    ['too many servers', refusal(400, 'Ecs.0118'), true],
    ['a body that is not liked', refusal(400, 'Ecs.0005'), false],
    ['no permission', refusal(403, 'Ecs.0003'), false],
    ['a wrong signature', answer(401, { error_code: 'APIGW.0301', error_msg: 'verify' }), false],
    ['a wrong project', answer(400, { badRequest: { code: '401', message: 'Malformed' } }), false],
    ['404 of a gateway', notServed, false],
  ])('%s is rejected', async (_, reply, perNode) => {
    expect(await submit(reply)).toMatchObject({ kind: 'rejected', perNode })
  })

  it('what never left is not sent', async () => {
    expect(await submit({ kind: 'not-sent', code: 'ECONNREFUSED', reason: 'r' })).toMatchObject({ kind: 'not-sent' })
  })

  it.each(['Ecs.0114', 'Ecs.0614'])('%s is the goal of delete', async (code) => {
    expect(await submit(refusal(404, code), 'delete')).toMatchObject({ kind: 'achieved', code, perNode: true })
  })
})

describe('an answer of bare metal', () => {
  it.each([
    ['BMS.0212', 'restart', { kind: 'throttled', waitMs: 30_000 }],
    ['BMS.0006', 'restart', { kind: 'throttled', waitMs: 30_000 }],
    ['BMS.1006', 'restart', { kind: 'throttled', waitMs: 30_000 }],
    ['BMS.0037', 'restart', { kind: 'throttled', waitMs: 60_000, perNode: true }],
    ['Ecs.0002', 'restart', { kind: 'ambiguous' }],
    ['Ecs.0614', 'restart', { kind: 'rejected', perNode: true }],
    ['Ecs.0603', 'restart', { kind: 'throttled', waitMs: 60_000, perNode: true }],
    ['conflictingRequest', 'restart', { kind: 'rejected', perNode: true }],
    ['BMS.1007', 'restart', { kind: 'ambiguous' }],
    ['BMS.0040', 'restart', { kind: 'rejected', perNode: true }],
    ['BMS.0018', 'restart', { kind: 'rejected', perNode: false }],
    ['BMS.0038', 'start', { kind: 'achieved', perNode: true }],
    ['BMS.0039', 'stop', { kind: 'achieved', perNode: true }],
    ['BMS.0039', 'restart', { kind: 'rejected', perNode: true }],
  ] as const)('%s on %s', async (code, action, expected) => {
    expect(await submit(refusal(400, code), action, [A, B], otcBms)).toMatchObject({ code, ...expected })
  })
})

describe('the wrong state of the only server of a call', () => {
  const conflict = (action: Action, shown: Parameters<typeof server>[1] | 'unreadable') => {
    const api = cloud(({ method }) => {
      if (method === 'POST') return refusal(400, 'Ecs.0100', 'not shutdown')
      return shown === 'unreadable' ? timedOut : answer(200, { server: server(A, shown) })
    })
    return otcEcs.submit(work(action), [A], api)
  }

  it.each<[string, Action, Parameters<typeof server>[1] | 'unreadable', object]>([
    ['a start finds it running', 'start', { status: 'ACTIVE' }, { kind: 'achieved' }],
    ['a stop finds it stopped', 'stop', { status: 'SHUTOFF' }, { kind: 'achieved' }],
    ['a stop finds it restarting', 'stop', { task: 'rebooting' }, { kind: 'throttled', waitMs: 15_000 }],
    ['a start finds it starting', 'start', { status: 'SHUTOFF', task: 'powering-on' }, { kind: 'throttled' }],
    ['a restart finds it restarting', 'restart', { status: 'REBOOT' }, { kind: 'throttled' }],
    ['a restart finds it stopped', 'restart', { status: 'SHUTOFF' }, { kind: 'rejected' }],
    ['a restart finds it running', 'restart', { status: 'ACTIVE' }, { kind: 'rejected' }],
    [
      'a start finds it broken',
      'start',
      { status: 'ERROR' },
      { kind: 'rejected', code: 'Ecs.0100', reason: 'not shutdown' },
    ],
    ['it cannot be looked at', 'start', 'unreadable', { kind: 'rejected', perNode: true }],
  ])('%s', async (_, action, shown, expected) => {
    expect(await conflict(action, shown)).toMatchObject(expected)
  })
})

describe('a call that one of its servers may have spoilt', () => {
  const C = '836fb98f-46ca-475e-917e-2563e5a8cd21'
  const refusedFor = (
    [status, code]: [number, string],
    action: Action,
    shown: Record<string, Parameters<typeof server>[1] | 'absent' | 'unreadable'>,
    service = otcEcs,
  ) => {
    const api = cloud(({ method, path }) => {
      if (method === 'POST') return refusal(status, code)
      const [id, state] = Object.entries(shown).find(([one]) => path.endsWith(one)) ?? [A, 'unreadable']
      if (state === 'unreadable') return timedOut
      return state === 'absent' ? refusal(404, 'Ecs.0114') : answer(200, { server: server(id, state) })
    })
    return service.submit(work(action), Object.keys(shown), api)
  }
  const part = (nodes: number[], kind: string) => ({ nodes, submission: expect.objectContaining({ kind }) })

  it('is told apart by a look: who is there, who is busy, and who can go without them', async () => {
    const shown = {
      [A]: { status: 'ACTIVE' },
      [B]: { status: 'SHUTOFF' },
      [C]: { status: 'SHUTOFF', task: 'powering-on' },
    }

    expect(await refusedFor([400, 'Ecs.0100'], 'start', shown)).toEqual({
      kind: 'divided',
      parts: [part([0], 'achieved'), part([1], 'untouched'), part([2], 'throttled')],
    })
  })

  it.each<[string, [number, string], typeof otcEcs]>([
    ['ECS', [501, 'Ecs.0603'], otcEcs],
    ['BMS', [400, 'BMS.0037'], otcBms],
  ])('does not wait for the server that is busy: %s', async (_, said, service) => {
    const shown = { [A]: { status: 'REBOOT' }, [B]: { status: 'ACTIVE' } }

    expect(await refusedFor(said, 'restart', shown, service)).toEqual({
      kind: 'divided',
      parts: [part([0], 'throttled'), part([1], 'untouched')],
    })
  })

  it.each<[string, Action, Parameters<typeof server>[1] | 'absent' | 'unreadable', object]>([
    ['that are all there', 'stop', { status: 'SHUTOFF' }, { kind: 'achieved', perNode: false }],
    ['that are all busy', 'stop', { task: 'rebooting' }, { kind: 'throttled', waitMs: 15_000 }],
    ['that cannot be restarted', 'restart', { status: 'SHUTOFF' }, { kind: 'rejected', perNode: false }],
    ['that do not exist', 'stop', 'absent', { kind: 'rejected', perNode: false }],
    ['that could all be restarted', 'restart', { status: 'ACTIVE' }, { kind: 'rejected', perNode: true }],
    ['that cannot be looked at', 'stop', 'unreadable', { kind: 'rejected', perNode: true }],
  ])('means one thing for servers %s', async (_, action, shown, expected) => {
    expect(await refusedFor([400, 'Ecs.0100'], action, { [A]: shown, [B]: shown })).toMatchObject(expected)
  })

  it('waits as a whole when the look shows nobody who is busy', async () => {
    const shown = { [A]: { status: 'ACTIVE' }, [B]: { status: 'ACTIVE' } }

    expect(await refusedFor([501, 'Ecs.0603'], 'restart', shown)).toMatchObject({ kind: 'throttled', waitMs: 60_000 })
  })

  it('is not looked at when no server can have spoilt it', async () => {
    const api = cloud(() => refusal(400, 'Ecs.0005'))

    await otcEcs.submit(work('start'), [A, B], api)

    expect(api.requests).toHaveLength(1)
  })
})
