/**
 * Stands in the bundles for Intl.ListFormat. The type checks of the HTTP client make two of them when they are loaded,
 * for messages of an error that only a wrong program gets: Node reads its language data for it, a tenth of a cold start.
 */
const listFormat = () => ({ format: (words: Iterable<string>) => [...words].join(', ') })

function ListFormat() {
  return listFormat()
}

export { ListFormat as 'Intl.ListFormat' }
