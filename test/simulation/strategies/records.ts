import {
  IdempotencyItemAlreadyExistsError,
  IdempotencyItemNotFoundError,
  IdempotencyRecordStatus,
} from '@aws-lambda-powertools/idempotency'
import { BasePersistenceLayer, IdempotencyRecord } from '@aws-lambda-powertools/idempotency/persistence'
import type { Life } from '../life.ts'

type Row = ConstructorParameters<typeof IdempotencyRecord>[0]

/** The idempotency table; every run has its own. */
export type Rows = Map<string, Row>

const rowOf = (record: IdempotencyRecord): Row => {
  const { idempotencyKey, expiryTimestamp, inProgressExpiryTimestamp, responseData } = record
  return {
    idempotencyKey,
    status: record.getStatus(),
    ...(expiryTimestamp === undefined ? {} : { expiryTimestamp }),
    ...(inProgressExpiryTimestamp === undefined ? {} : { inProgressExpiryTimestamp }),
    ...(responseData === undefined ? {} : { responseData }),
  }
}

/**
 * The table as one invocation has it, behind the library's own layer, which makes the keys, the expiries and the order of
 * writes. A put is conditional as the library's layer for DynamoDB documents it: the record is not there, or is over, or
 * its invocation's time is.
 */
export class Records extends BasePersistenceLayer {
  readonly #rows: Rows
  readonly #life: Life

  constructor(rows: Rows, life: Life) {
    super()
    this.#rows = rows
    this.#life = life
  }

  protected async _putRecord(record: IdempotencyRecord): Promise<void> {
    const before = await this.#item('putRecord', () => {
      const there = this.#rows.get(record.idempotencyKey)
      if (there !== undefined && !this.#mayRunAgain(there)) return there
      this.#rows.set(record.idempotencyKey, rowOf(record))
      return undefined
    })
    if (before !== undefined)
      throw new IdempotencyItemAlreadyExistsError('there is one already', new IdempotencyRecord(before))
  }

  protected async _getRecord(idempotencyKey: string): Promise<IdempotencyRecord> {
    const row = await this.#item('getRecord', () => this.#rows.get(idempotencyKey))
    if (row === undefined) throw new IdempotencyItemNotFoundError()
    return new IdempotencyRecord(row)
  }

  protected async _updateRecord(record: IdempotencyRecord): Promise<void> {
    await this.#item('updateRecord', () => {
      const before = this.#rows.get(record.idempotencyKey)
      this.#rows.set(record.idempotencyKey, { ...before, ...rowOf(record) })
    })
  }

  protected async _deleteRecord(record: IdempotencyRecord): Promise<void> {
    await this.#item('deleteRecord', () => this.#rows.delete(record.idempotencyKey))
  }

  #item<T>(name: string, perform: () => T): Promise<T> {
    return this.#life.effect(name, perform, { canFail: true })
  }

  #mayRunAgain({ status, expiryTimestamp = 0, inProgressExpiryTimestamp }: Row): boolean {
    const now = this.#life.clock.now()
    if (expiryTimestamp * 1000 < now) return true
    return (
      status === IdempotencyRecordStatus.INPROGRESS &&
      inProgressExpiryTimestamp !== undefined &&
      inProgressExpiryTimestamp < now
    )
  }
}
