import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Manifest } from '../../../lib/domain/manifest.ts'
import { parseRequest } from '../../../lib/domain/parse-request.ts'
import { InvalidRequest, type Problem, TooLarge } from '../../../lib/domain/problem.ts'
import { aBody, aManifest, anAction, nodeId, nodeIds } from '../../helpers/builders.ts'

const findIn = (manifest: Manifest) => (id: string) => (id === manifest.id ? manifest : undefined)
const parse = (body: unknown, manifest = aManifest()) => parseRequest(body, findIn(manifest))

const refusalOf = (body: unknown, manifest = aManifest()): InvalidRequest => {
  try {
    parse(body, manifest)
  } catch (error) {
    if (error instanceof InvalidRequest) return error
    throw error
  }
  throw new Error('was not refused')
}
const problemsOf = (body: unknown, manifest = aManifest()): readonly Problem[] => refusalOf(body, manifest).problems
const pathsOf = (body: unknown) => problemsOf(body).map(({ path }) => path)

describe('a good request', () => {
  it('is completed with every default', () => {
    const request = parse(aBody())

    expect(request).toStrictEqual({
      provider: 'test-ecs',
      action: 'restart',
      target: { region: 'eu-de', projectId: '0215ef11' },
      options: { mode: 'soft', force: false },
      nodeIds: nodeIds(2),
      rollout: { batchSize: 1000, waves: 'all', whenHeld: 'skip' },
      reason: null,
      notAfter: null,
    })
  })

  it('keeps what it says itself', () => {
    const given = {
      target: { region: 'eu-nl', projectId: 'p', account: 'ops' },
      options: { mode: 'hard', force: true, roles: 'data,master' },
      rollout: { batchSize: 7 },
      reason: 'kernel update',
    }

    const request = parse(aBody(given))

    expect(request).toMatchObject({ ...given, rollout: { batchSize: 7, waves: 'all', whenHeld: 'skip' } })
  })

  it('is the same request whatever zone its notAfter is written in', () => {
    const inUtc = parse(aBody({ notAfter: '2026-12-01T02:00:00Z' }))
    const inBerlin = parse(aBody({ notAfter: '2026-12-01T03:00:00+01:00' }))

    expect(inBerlin).toStrictEqual(inUtc)
    expect(inUtc.notAfter).toBe('2026-12-01T02:00:00.000Z')
  })

  it('may say null for what it leaves out', () => {
    expect(parse(aBody({ reason: null, notAfter: null }))).toStrictEqual(parse(aBody()))
  })

  it('gets no option that has no default', () => {
    const manifest = aManifest({
      actions: {
        restart: anAction({ options: { how: { type: 'choice', description: 'how', values: { soft: 'asks' } } } }),
      },
    })

    expect(parse(aBody(), manifest).options).toStrictEqual({})
  })
})

describe('node ids', () => {
  it('count once, in lower case, in one order whatever theirs was', () => {
    const [a, b] = ['AAAAAAAA-0000-4000-8000-000000000001', nodeId(1)]

    const { nodeIds: ids } = parse(aBody({ nodeIds: [a, b, a.toLowerCase(), b] }))

    expect(ids).toStrictEqual([b, a.toLowerCase()])
  })

  it('keep their case where the provider tells cases apart', () => {
    const manifest = aManifest({
      actions: {
        restart: anAction({
          nodeId: { pattern: 'cln-[0-9a-z]+', description: 'a node', example: 'cln-1', anyCase: false },
        }),
      },
    })

    expect(parse(aBody({ nodeIds: ['cln-1', 'cln-1'] }), manifest).nodeIds).toStrictEqual(['cln-1'])
    expect(problemsOf(aBody({ nodeIds: ['CLN-1'] }), manifest)).toHaveLength(1)
  })

  it.each([
    ['', 'must not be empty'],
    [7, 'must be a string'],
    [null, 'must be a string'],
    [`${nodeId(1)}\n`, 'a UUID, like'],
    [` ${nodeId(1)}`, 'a UUID, like'],
    ['../../etc/passwd', 'a UUID, like'],
    [`${nodeId(1)}/../x`, 'a UUID, like'],
    [`${nodeId(1)}\u0000`, 'a UUID, like'],
    ['__proto__', 'a UUID, like'],
  ])('refuses %j by its place', (bad, message) => {
    const problems = problemsOf(aBody({ nodeIds: [nodeId(0), bad] }))

    expect(problems).toStrictEqual([{ path: 'nodeIds[1]', message: expect.stringContaining(message) }])
  })

  it('may be as many as 100,000 different ones, and repeated beyond that', () => {
    const ids = nodeIds(100_000)

    expect(parse(aBody({ nodeIds: [...ids, ...ids.slice(0, 10)] })).nodeIds).toHaveLength(100_000)
  })

  it('are too large from the 100,001st on', () => {
    expect(() => parse(aBody({ nodeIds: nodeIds(100_001) }))).toThrow(TooLarge)
  })

  it.each([[[]], ['all'], [{ 0: nodeId(0), length: 1 }], [undefined]])('must be a list of some: not %j', (bad) => {
    expect(pathsOf(aBody({ nodeIds: bad }))).toStrictEqual(['nodeIds'])
  })

  it('come out each once, whatever goes in', () => {
    const id = fc.uuid().chain((uuid) => fc.constantFrom(uuid, uuid.toUpperCase()))
    fc.assert(
      fc.property(fc.array(id, { minLength: 1 }), (given) => {
        const { nodeIds: ids } = parse(aBody({ nodeIds: given }))

        expect(ids).toStrictEqual([...new Set(given.map((one) => one.toLowerCase()))].toSorted())
      }),
    )
  })
})

describe('every problem at once', () => {
  it('is listed with its own path', () => {
    const body = {
      provider: 'test-ecs',
      action: 'restart',
      target: { region: 'EU', zone: 'x' },
      nodeIds: [nodeId(0), 'x', 5],
      options: { mode: 'gentle', force: 'yes', roles: 'A', colour: 'red' },
      rollout: { batchSize: 0, waves: 'canary', pause: 1 },
      reason: 'a\u0007b',
      notAfter: 'tomorrow',
      extra: 1,
    }

    const paths = pathsOf(body)

    expect(paths.toSorted()).toStrictEqual(
      [
        'extra',
        'nodeIds[1]',
        'nodeIds[2]',
        'notAfter',
        'options.colour',
        'options.force',
        'options.mode',
        'options.roles',
        'reason',
        'rollout.batchSize',
        'rollout.pause',
        'rollout.waves',
        'target.projectId',
        'target.region',
        'target.zone',
      ].toSorted(),
    )
  })

  it('is counted, and a hundred of them are listed', () => {
    const error = refusalOf(aBody({ nodeIds: Array.from({ length: 5_000 }, () => 'x') }))

    expect(error.total).toBe(5_000)
    expect(error.problems).toHaveLength(100)
    expect(error.message).toMatch(/^5000 problems: /)
  })

  it('is found in a request that is not of a known provider too', () => {
    const paths = pathsOf(aBody({ provider: 'nimbus', nodeIds: ['', 3], reason: 7 }))

    expect(paths.toSorted()).toStrictEqual(['nodeIds[0]', 'nodeIds[1]', 'provider', 'reason'])
  })
})

describe('what is no request', () => {
  it.each([[null], [undefined], [[]], ['{}'], [7], [true]])('is refused as a whole: %j', (body) => {
    expect(problemsOf(body)).toStrictEqual([{ path: '', message: 'must be a JSON object' }])
  })

  it('says everything that is missing', () => {
    expect(pathsOf({})).toStrictEqual(['provider', 'action', 'target', 'nodeIds'])
  })
})

describe('provider and action', () => {
  it.each(['nimbus', '', '__proto__', 'constructor', 'TEST-ECS'])('refuses the provider "%s"', (provider) => {
    expect(pathsOf(aBody({ provider }))).toStrictEqual(['provider'])
  })

  it.each(['explode', '', '__proto__', 'constructor', 5, null])('refuses the action %j', (action) => {
    expect(pathsOf(aBody({ action }))).toStrictEqual(['action'])
  })

  it('says why a provider does not offer an action, and what it offers', () => {
    expect(problemsOf(aBody({ action: 'delete' }))).toStrictEqual([
      { path: 'action', message: 'test-ecs does not offer delete: it keeps what it has; it offers restart, stop' },
    ])
  })

  it('says what is offered where no reason is known', () => {
    expect(problemsOf(aBody({ action: 'start' }))[0]?.message).toBe(
      'test-ecs does not offer start; it offers restart, stop',
    )
  })
})

describe('target', () => {
  it.each([
    ['a missing field', { region: 'eu-de' }, ['target.projectId']],
    ['a field of another type', { region: 7, projectId: 'p' }, ['target.region']],
    ['null for an optional field', { region: 'eu-de', projectId: 'p', account: null }, ['target.account']],
    ['a path', { region: 'eu-de', projectId: '../admin' }, ['target.projectId']],
    ['an encoded path', { region: 'eu-de', projectId: '..%2Fadmin' }, ['target.projectId']],
    ['a host', { region: 'eu-de.evil.example', projectId: 'p' }, ['target.region']],
    ['a line end', { region: 'eu-de\n', projectId: 'p' }, ['target.region']],
    ['an empty string', { region: '', projectId: 'p' }, ['target.region']],
    ['an unknown field', { region: 'eu-de', projectId: 'p', constructor: 'x' }, ['target.constructor']],
    ['no object', 'eu-de', ['target']],
    ['a list', ['eu-de'], ['target']],
    ['null', null, ['target']],
  ])('refuses %s', (_, target, paths) => {
    expect(pathsOf(aBody({ target }))).toStrictEqual(paths)
  })

  it('refuses a value that fits the pattern and is absurdly long', () => {
    const region = { pattern: '[a-z]+', description: 'a region', example: 'eu' }
    const manifest = aManifest({ actions: { restart: anAction({ target: { region } }) } })

    const problems = problemsOf(aBody({ target: { region: 'a'.repeat(129) } }), manifest)

    expect(problems.map(({ path }) => path)).toStrictEqual(['target.region'])
    expect(problems[0]?.message.length).toBeLessThan(200)
  })
})

describe('options', () => {
  it('says why a value is refused that one may expect to work', () => {
    expect(problemsOf(aBody({ options: { mode: 'gentle' } }))).toStrictEqual([
      { path: 'options.mode', message: 'this cloud has no gentle restart' },
    ])
  })

  it.each([
    ['an unknown choice', { mode: 'HARD' }, 'options.mode'],
    ['a word of the language', { mode: 'constructor' }, 'options.mode'],
    ['a choice of another type', { mode: true }, 'options.mode'],
    ['null', { mode: null }, 'options.mode'],
    ['a flag as text', { force: 'true' }, 'options.force'],
    ['a flag as a number', { force: 1 }, 'options.force'],
    ['a text that does not fit', { roles: 'a;b' }, 'options.roles'],
    ['a text that fits and is absurdly long', { roles: `a${',a'.repeat(64)}` }, 'options.roles'],
    ['an unknown option', { constructor: 1 }, 'options.constructor'],
    ['a list', [], 'options'],
    ['null instead of options', null, 'options'],
  ])('refuses %s', (_, options, path) => {
    expect(pathsOf(aBody({ options }))).toStrictEqual([path])
  })

  it('says that an action has none', () => {
    expect(problemsOf(aBody({ action: 'stop', options: { mode: 'soft' } }))).toStrictEqual([
      { path: 'options.mode', message: 'is not a known option; this action has none' },
    ])
  })

  it('lists the choices where a value is merely unknown', () => {
    const how = { type: 'choice', description: 'how', values: { soft: 'asks' } } as const
    const manifest = aManifest({ actions: { restart: anAction({ options: { how } }) } })

    expect(problemsOf(aBody({ options: { how: 'hard' } }), manifest)[0]?.message).toBe('"hard" is not one of soft')
  })
})

describe('keys that mean something to JavaScript', () => {
  it.each([
    ['the request', '"__proto__":{"provider":"test-ecs"}', '__proto__'],
    ['the target', '"target":{"region":"eu-de","projectId":"p","__proto__":{"x":1}}', 'target.__proto__'],
    ['the options', '"options":{"__proto__":{"mode":"hard"}}', 'options.__proto__'],
    ['the rollout', '"rollout":{"__proto__":{"batchSize":1}}', 'rollout.__proto__'],
  ])('are unknown fields in %s', (_, field, path) => {
    // Of two keys alike, JSON keeps the last.
    const body: unknown = JSON.parse(`${JSON.stringify(aBody()).slice(0, -1)},${field}}`)

    expect(pathsOf(body)).toStrictEqual([path])
  })

  it('are no target that is inherited', () => {
    const target: unknown = Object.create({ region: 'eu-de', projectId: 'p' })

    expect(() => parse(aBody({ target }))).toThrow(InvalidRequest)
  })
})

describe('rollout, reason and notAfter', () => {
  it.each([
    ['rollout', 'fast', 'rollout'],
    ['rollout', { batchSize: 1001 }, 'rollout.batchSize'],
    ['rollout', { batchSize: 1.5 }, 'rollout.batchSize'],
    ['rollout', { batchSize: '5' }, 'rollout.batchSize'],
    ['reason', 'x'.repeat(501), 'reason'],
    ['reason', 'line\nline', 'reason'],
    ['reason', 'next\u0085line', 'reason'],
    ['reason', 'half \ud83d', 'reason'],
    ['notAfter', '2026-12-01', 'notAfter'],
    ['notAfter', '2026-12-01T02:00:00', 'notAfter'],
    ['notAfter', '2026-02-30T02:00:00Z', 'notAfter'],
    ['notAfter', 1_796_090_400_000, 'notAfter'],
  ])('refuses %s %j', (field, value, path) => {
    expect(pathsOf(aBody({ [field]: value }))).toStrictEqual([path])
  })
})

describe('hostile input', () => {
  const part = fc.oneof(
    fc.json().map((text): unknown => JSON.parse(text)),
    fc.string(),
    fc.constantFrom(null, 0, []),
  )

  it('is refused with problems, never with another error', () => {
    const fields = ['provider', 'action', 'target', 'nodeIds', 'options', 'rollout', 'reason', 'notAfter', 'more']
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...fields), part), (changes) => {
        try {
          parse(aBody(changes))
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidRequest)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('is shown short, on one line, without control or invisible characters', () => {
    const evil = `\u001b[31m\u0085\u202e\u{e0041}${'<script>'.repeat(50)}`

    const { problems } = refusalOf(aBody({ nodeIds: [evil], [evil]: 1, target: { [evil]: 1 }, options: { [evil]: 1 } }))

    expect(problems.length).toBeGreaterThanOrEqual(4)
    for (const { path, message } of problems) {
      expect(`${path} ${message}`).not.toMatch(/[\p{Cc}\p{Cf}]/u)
      expect(path.length + message.length).toBeLessThan(300)
    }
  })
})
