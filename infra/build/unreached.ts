/**
 * Stands in the bundles for two packages that are imported and never reached: the cache of the HTTP client, which works
 * only where one is configured, and the parser with which the SDK reads a browser's name.
 */
export class CacheError extends Error {
  override readonly name = 'CacheError'
}

// oxlint-disable-next-line import/no-default-export -- both packages are imported by their default export
export default function unreached(): never {
  throw new Error('this package is left out of the bundles')
}
