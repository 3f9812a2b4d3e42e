import Table from 'cli-table3'

/** A figure's table: what it is, its head, its rows; numbers are set to the right. */
export const printTable = (title: string, head: readonly string[], rows: readonly (readonly string[])[]): void => {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, i) => (i === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  })
  table.push(...rows.map((row) => [...row]))
  console.log(`\n${title}\n${table.toString()}`)
}

export const fixed = (value: number, digits: number): string => value.toFixed(digits)

/** `value` as a multiple of what the peer needed in the same run. */
export const ratio = (value: number, peer: number): string => `${(value / peer).toFixed(2)} ×`

/** A figure beside its goal; what misses it is marked. */
export const against = (text: string, goal: string, met: boolean): [string, string] => [met ? text : `${text} !`, goal]

export const note = (...lines: readonly string[]): void => {
  for (const line of lines) console.log(`  ${line}`)
}
