import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

const own = { randomUUID: crypto.randomUUID, random: Math.random, now: Date.now }

/** Lets the run have nothing that its seed does not decide: ids and chances that the production code draws for itself. One at a time. */
export const withEntropyOf = async <T>(random: () => number, work: () => Promise<T>): Promise<T> => {
  const digits = (count: number): string =>
    Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('')
  crypto.randomUUID = () => `${digits(8)}-${digits(4)}-4${digits(3)}-8${digits(3)}-${digits(12)}`
  Math.random = random
  // Named imports of the module follow.
  syncBuiltinESMExports()
  try {
    return await work()
  } finally {
    crypto.randomUUID = own.randomUUID
    Math.random = own.random
    syncBuiltinESMExports()
  }
}

/** The same for the time, where code asks the machine for it instead of its clock. */
export const withTimeOf = async <T>(now: () => number, work: () => Promise<T>): Promise<T> => {
  Date.now = now
  try {
    return await work()
  } finally {
    Date.now = own.now
  }
}
