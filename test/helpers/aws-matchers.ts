// The types of the matchers come with their automatic setup, of which nothing else is wanted.
export type * from 'aws-sdk-client-mock-vitest/extend'

/** For `expect.extend`: what a mocked client of the SDK was sent. */
export { allCustomMatcher as awsMatchers } from 'aws-sdk-client-mock-vitest'
