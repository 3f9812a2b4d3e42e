/** A function that is loaded when it is first called: what few invocations need does not slow down every cold start. */
export const lazily = <Args extends unknown[], Result>(
  load: () => Promise<(...args: Args) => Promise<Result>>,
): ((...args: Args) => Promise<Result>) => {
  let loaded: ReturnType<typeof load> | undefined
  return async (...args) => (await (loaded ??= load()))(...args)
}
