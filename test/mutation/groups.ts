/** What is mutated together: the files with the decisions, and the folder whose tests must notice. */
type Group = { mutate: readonly string[]; dir: string }

const files = (folder: string, names: readonly string[]) => names.map((name) => `${folder}/${name}.ts`)

export const groups = {
  'state-machine': {
    mutate: files('lib/domain', [
      'batch',
      'claim',
      'hold',
      'hold-page',
      'submitted',
      'polled',
      'reconciled',
      'split',
      'operation',
      'breaker',
      'rate',
    ]),
    dir: 'test/unit/domain',
  },
  classifier: {
    mutate: files('lib/provider-kit', ['classify', 'retry-after', 'throttled']),
    dir: 'test/unit/provider-kit',
  },
  reconcile: {
    mutate: [
      'lib/flow/reconcile.ts',
      'lib/provider-kit/css/reconcile.ts',
      ...files('lib/provider-kit/huawei/server', ['reconcile', 'trace', 'standing', 'look', 'look-each']),
      'lib/providers/qingcloud-ehpc/reconcile.ts',
    ],
    dir: 'test/unit',
  },
  ledger: { mutate: ['lib/aws/ledger.ts', 'lib/aws/ledger/*.ts'], dir: 'test/unit/aws' },
} satisfies Record<string, Group>
