import type { Guard } from './guards.ts'

/** The guards as a table in Markdown. */
export const guardTable = (guards: readonly Guard[]): string =>
  ['| promise | where | test that fails without it |', '|---|---|---|']
    .concat(
      guards.map(
        ({ promise, file, test }) =>
          `| ${promise} | \`${file}\` | \`${test.file}\`: ${test.name.replaceAll('|', '\\|')} |`,
      ),
    )
    .join('\n')
