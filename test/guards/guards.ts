/** A line that keeps a promise: what breaks when it is taken away, and the test that says so. */
export type Guard = {
  promise: string
  file: string
  /** Stands once in the file. */
  code: string
  /** What stands there instead when the guard is taken away. */
  without: string
  test: { file: string; name: string }
}

export const guards: readonly Guard[] = [
  {
    promise: 'A batch that is not waiting is not claimed, whatever message comes',
    file: 'lib/domain/claim.ts',
    code: "if (batch.state !== 'PLANNED' && batch.state !== 'QUEUED') return { kind: 'leave' }",
    without: '',
    test: {
      file: 'test/unit/domain/claim.test.ts',
      name: 'a batch that does not wait > is left alone by a second message: SUBMITTING',
    },
  },
  {
    promise: 'Of two workers that claim a batch one writes the claim',
    file: 'lib/aws/ledger/store.ts',
    code: "expression: '#version = :before'",
    without: "expression: 'attribute_exists(pk) OR #version = :before'",
    test: {
      file: 'test/unit/aws/ledger-batches.test.ts',
      name: 'batches > of two that save the next version at once, one does',
    },
  },
  {
    promise: 'A worker whose claim was not written does not call',
    file: 'functions/invoker/invoke.ts',
    code: 'if (!(await ledger.saveBatch(decision.batch))) return',
    without: 'await ledger.saveBatch(decision.batch)',
    test: {
      file: 'test/scenario/duplicate-messages.test.ts',
      name: 'two workers that have one batch at the same time make one call',
    },
  },
  {
    promise: 'A write of which the SDK lost the answer is known again as its own',
    file: 'lib/aws/ledger/store.ts',
    code: "return there?.['writer']?.S === writer",
    without: 'return false',
    test: {
      file: 'test/unit/aws/ledger-store.test.ts',
      name: 'a conditional write > that was sent again after a lost answer, and finds itself there, was made',
    },
  },
  {
    promise: 'The distance to those who held a node is kept from the moment from which a lost call counts',
    file: 'functions/invoker/invoke.ts',
    code: 'holdNodes(batch, nodeIds, claimedAt, deps)',
    without: 'holdNodes(batch, nodeIds, clock.now(), deps)',
    test: {
      file: 'test/scenario/holds.test.ts',
      name: 'two operations on one node > keep their distance from the moment from which a call of the second one would count, however slow its worker is',
    },
  },
  {
    promise: 'A call that is coming to one node after the other is not repeated for those that it has not come to',
    file: 'lib/domain/reconciled.ts',
    code: 'Math.max(settledAt, changedAt ?? settledAt)',
    without: 'settledAt',
    test: {
      file: 'test/unit/domain/reconciled.test.ts',
      name: 'a call that comes to one node after the other > is waited for a grace time longer, from the last change that the looks found',
    },
  },
  {
    promise: 'Nothing is proved by the absence of a trace before the grace time is over',
    file: 'lib/domain/reconciled.ts',
    code: "if (lookedAt < untouchedAt(batch, rules)) return 'open'",
    without: '',
    test: {
      file: 'test/unit/domain/reconciled.test.ts',
      name: 'no trace of the call > proves nothing within the grace time: it is looked for again',
    },
  },
  {
    promise: 'A trace proves that a call was applied, at any time',
    file: 'lib/domain/reconciled.ts',
    code: "if (trace === 'applied') return 'applied'",
    without: '',
    test: {
      file: 'test/unit/domain/reconciled.test.ts',
      name: 'a trace of the call > proves it applied at any time: 1767607201000',
    },
  },
  {
    promise: 'Where a trace can have come and gone unseen, nobody decides but a person',
    file: 'lib/domain/reconciled.ts',
    code: "timing.traceMs !== null && batch.longestGapMs > timing.traceMs ? 'undecidable' : 'not-applied'",
    without: "'not-applied'",
    test: {
      file: 'test/unit/domain/reconciled.test.ts',
      name: 'no trace of the call > proves nothing where a trace passes and may have been missed between two looks',
    },
  },
  {
    promise: "What is unclear after the grace time is a person's to decide",
    file: 'lib/domain/reconciled.ts',
    code: "timing.graceMs ? 'open' : 'undecidable'",
    without: "timing.graceMs ? 'open' : 'not-applied'",
    test: {
      file: 'test/unit/domain/reconciled.test.ts',
      name: 'an unclear trace > is for a person to decide after it',
    },
  },
  {
    promise: 'A look that failed proves nothing',
    file: 'lib/domain/reconciled.ts',
    code: "if (evidence.kind === 'unreadable') return unread(batch, evidence, now, rules)",
    without:
      "if (evidence.kind === 'unreadable') return reconciled(batch, { kind: 'seen', traces: new Map(nodeIds.map((id) => [id, 'untouched'])), jobIds: [], note: '' }, nodeIds, now, rules)",
    test: {
      file: 'test/unit/domain/reconciled.test.ts',
      name: 'a look that failed > proves nothing, is no look, and is backed off from',
    },
  },
  {
    promise: 'What a look did not see may have come to be while it lasted',
    file: 'lib/flow/reconcile.ts',
    code: 'rules, lookedAt)',
    without: 'rules, clock.now())',
    test: {
      file: 'test/unit/flow/reconcile.test.ts',
      name: 'a batch whose answer was lost > is not taken for untouched by a look that began within the grace time',
    },
  },
  {
    promise: 'A node that another operation holds is not taken',
    file: 'lib/domain/hold-page.ts',
    code: 'if (wanted.has(id)) holders.set(id, { operationId, batchId })',
    without: 'if (wanted.has(id)) holders.delete(id)',
    test: {
      file: 'test/unit/domain/hold-page.test.ts',
      name: 'taking nodes > takes what is free and says who holds the rest',
    },
  },
  {
    promise: 'A hold lasts until its batch has ended',
    file: 'lib/domain/hold.ts',
    code: "return batch.state === 'SPLIT' && batch.parts.length === 0 ? 0 : Infinity",
    without: 'return 0',
    test: {
      file: 'test/scenario/holds.test.ts',
      name: 'two operations on one node > never act on it at once: the second one leaves it out, with the first one named',
    },
  },
  {
    promise: 'Two actions on one node keep their distance',
    file: 'lib/domain/hold.ts',
    code: 'batch.endedAt + DISTANCE_MS',
    without: 'batch.endedAt',
    test: {
      file: 'test/unit/domain/hold.test.ts',
      name: 'a hold > is over 5 s after its batch is SUCCEEDED, so that traces of two actions never lie too close',
    },
  },
  {
    promise: 'A batch takes its nodes before it is claimed',
    file: 'functions/invoker/invoke.ts',
    code: 'batch.attempt === 0 ? await holdNodes(batch, nodeIds, claimedAt, deps) : NONE',
    without: 'NONE',
    test: {
      file: 'test/scenario/holds.test.ts',
      name: 'two operations on one node > never act on it at once: the second one leaves it out, with the first one named',
    },
  },
  {
    promise: 'A worker that was lost may have called',
    file: 'lib/domain/submitted.ts',
    code: 'return lost(batch, cause, batch.claimedAt, batch.lostAt, now, rules)',
    without: "return become(batch, { state: 'QUEUED', dueAt: now, notBefore: now, ...cause })",
    test: {
      file: 'test/unit/domain/submitted.test.ts',
      name: 'a lost worker > may have called at any moment of its lease',
    },
  },
  {
    promise: 'The grace time of a lost worker counts from the end of its claim',
    file: 'lib/domain/submitted.ts',
    code: 'batch.claimedAt, batch.lostAt, now',
    without: 'batch.claimedAt, batch.claimedAt, now',
    test: {
      file: 'test/unit/domain/submitted.test.ts',
      name: 'a lost worker > may have called at any moment of its lease',
    },
  },
  {
    promise: 'An answer that was lost leaves open whether anything was done',
    file: 'lib/provider-kit/classify.ts',
    code: "if (answer.kind === 'lost') return { kind: 'ambiguous', code: answer.code, reason: answer.reason }",
    without: "if (answer.kind === 'lost') return { kind: 'not-sent', code: answer.code, reason: answer.reason }",
    test: {
      file: 'test/unit/provider-kit/classify.test.ts',
      name: 'a call without a whole answer > lost is ambiguous, whatever error was read',
    },
  },
  {
    promise: 'An error code counts more than the status that it came with',
    file: 'lib/provider-kit/classify.ts',
    code: 'if (error !== undefined && rule !== undefined)',
    without: 'if (error !== undefined && rule !== undefined && answer.status < 0)',
    test: {
      file: 'test/unit/provider-kit/classify.test.ts',
      name: 'a code of the table > Busy means the same under every status',
    },
  },
  {
    promise: 'A 5xx leaves open whether anything was done',
    file: 'lib/provider-kit/classify.ts',
    code: "return { kind: 'ambiguous', ...said }\n}\n",
    without: "return { kind: 'rejected', ...said, perNode: false }\n}\n",
    test: { file: 'test/unit/provider-kit/classify.test.ts', name: 'a status without a known code > 200 is ambiguous' },
  },
  {
    promise: 'A gateway that gave up waiting says nothing of what was done',
    file: 'lib/provider-kit/classify.ts',
    code: '&& status !== 408 && status !== 499',
    without: '',
    test: { file: 'test/unit/provider-kit/classify.test.ts', name: 'a status without a known code > 408 is ambiguous' },
  },
  {
    promise: 'A request is surely not sent only while there was no connection',
    file: 'lib/provider-kit/http.ts',
    code: "connection.isOpen ? 'lost' : 'not-sent'",
    without: "'not-sent'",
    test: {
      file: 'test/unit/provider-kit/http.test.ts',
      name: 'a failure after bytes may have been sent > a reset is lost',
    },
  },
  {
    promise: 'No redirect is followed',
    file: 'lib/provider-kit/http.ts',
    code: 'followRedirect: false',
    without: 'followRedirect: true',
    test: { file: 'test/unit/provider-kit/http.test.ts', name: 'one HTTP attempt > does not follow a 301' },
  },
  {
    promise: 'A call has a bound in time',
    file: 'lib/provider-kit/http.ts',
    code: 'const boundMs = Math.floor(mostMs)',
    without: 'const boundMs = 60_000',
    test: {
      file: 'test/unit/provider-kit/http.test.ts',
      name: 'a failure after bytes may have been sent > a server that never answers is lost when the time is over',
    },
  },
  {
    promise: 'An answer has a bound in size, unpacked',
    file: 'lib/provider-kit/http.ts',
    code: 'readBody(stream, maxBytes)',
    without: 'readBody(stream, Number.MAX_SAFE_INTEGER)',
    test: {
      file: 'test/unit/provider-kit/http.test.ts',
      name: 'a failure after bytes may have been sent > an answer over the limit is lost',
    },
  },
  {
    promise: 'Results that are final stay',
    file: 'lib/aws/ledger/results.ts',
    code: "'attribute_not_exists(pk) OR finals < :finals OR digest = :digest'",
    without: "'attribute_not_exists(pk) OR attribute_exists(pk) OR finals < :finals OR digest = :digest'",
    test: {
      file: 'test/unit/aws/ledger-results.test.ts',
      name: 'results > grow, and a late writer of fewer or other ones changes nothing',
    },
  },
  {
    promise: 'An operation that is there is not made again',
    file: 'lib/aws/ledger/operations.ts',
    code: 'put(store, itemOf(operation), isNew)',
    without: "put(store, itemOf(operation), { expression: 'attribute_exists(pk) OR attribute_not_exists(pk)' })",
    test: {
      file: 'test/unit/aws/ledger-operations.test.ts',
      name: 'operations > of ten that create the same one, one does',
    },
  },
  {
    promise: 'A batch that is there is not written anew',
    file: 'lib/aws/ledger/batches.ts',
    code: 'await put(store, itemOf(batch), isNew)',
    without: "await put(store, itemOf(batch), { expression: 'attribute_exists(pk) OR attribute_not_exists(pk)' })",
    test: { file: 'test/unit/aws/ledger-batches.test.ts', name: 'batches > that is there already stays as it is' },
  },
  {
    promise: 'One key is one request',
    file: 'lib/flow/accept.ts',
    code: '    sameRequest(known, plan)\n    if',
    without: '    if',
    test: {
      file: 'test/scenario/idempotency.test.ts',
      name: 'an idempotency key > the same key with another body is a conflict, and nothing is done for it',
    },
  },
  {
    promise: 'Of equal requests at once one is carried out',
    file: 'lib/flow/accept.ts',
    code: 'if (!(await ledger.saveOperation(operation))) {',
    without: 'await ledger.saveOperation(operation)\n  if (false) {',
    test: {
      file: 'test/scenario/idempotency.test.ts',
      name: 'an idempotency key > ten identical requests at once with one key make one operation: one 202 and nine 200',
    },
  },
  {
    promise: 'A job that is not found at first may come to be seen',
    file: 'lib/domain/polled.ts',
    code: "report.kind === 'gone' && now - batch.submittedAt > rules.timing.visibilityMs",
    without: "report.kind === 'gone'",
    test: {
      file: 'test/unit/domain/polled.test.ts',
      name: 'a job that the provider does not know > may not be visible yet',
    },
  },
  {
    promise: 'A job is not given up for one answer',
    file: 'lib/domain/polled.ts',
    code: 'if (missing && (batch.gone || now >= batch.deadline)) {',
    without: 'if (missing) {',
    test: {
      file: 'test/unit/domain/polled.test.ts',
      name: 'a job that the provider does not know > is looked for once more before it is believed to be gone',
    },
  },
  {
    promise: 'A job that is gone has not failed: its outcome is unknown',
    file: 'lib/domain/polled.ts',
    code: "const all = completeResults(results, nodeIds, 'unknown', cause, jobId, now)\n    return end(batch, endWith(batch, all, batch.jobIds, now, open ? 'NEEDS_ATTENTION' : undefined), all)",
    without:
      "const all = completeResults(results, nodeIds, 'failed', cause, jobId, now)\n    return end(batch, endWith(batch, all, batch.jobIds, now, open ? 'FAILED' : undefined), all)",
    test: {
      file: 'test/unit/domain/polled.test.ts',
      name: 'a job that the provider does not know > is gone after that: its open nodes are unknown, and somebody must look',
    },
  },
  {
    promise: "A node's outcome comes from its own sub job, and never from the parent",
    file: 'lib/provider-kit/huawei/job-report.ts',
    code: 'const parts = job.subJobs.length > 0 ? job.subJobs : [job]',
    without: 'const parts = job.subJobs.map((part) => ({ ...part, status: job.status }))',
    test: {
      file: 'test/unit/provider-kit/huawei/job-report.test.ts',
      name: 'a job > that runs reports the servers that are over',
    },
  },
  {
    promise: 'A server of which the job says nothing has no known outcome',
    file: 'lib/provider-kit/huawei/job-report.ts',
    code: "outcome: 'unknown',",
    without: "outcome: 'succeeded',",
    test: {
      file: 'test/unit/provider-kit/huawei/job-report.test.ts',
      name: 'a job > that failed tells the outcome of each server from its sub job, with the cause that stands there',
    },
  },
  {
    promise: "Another job's end is not taken for ours",
    file: 'lib/provider-kit/huawei/server/poll.ts',
    code: 'if (document?.jobId && plain(document.jobId) !== plain(jobId)) return otherJob(jobId)',
    without: '',
    test: {
      file: 'test/unit/providers/servers/poll.test.ts',
      name: 'a look at a job > takes the SUCCESS of another job for no look at this one',
    },
  },
  {
    promise: 'A cluster is not ready before its restart was seen or had its time',
    file: 'lib/provider-kit/css/poll.ts',
    code: 'const late = now >= job.submittedAt + job.visibilityMs',
    without: 'const late = true',
    test: {
      file: 'test/unit/providers/css/poll.test.ts',
      name: 'a restart that goes on > is not over when the cluster still looks as before: it may not show the restart yet',
    },
  },
  {
    promise: 'Each type of node of a cluster keeps at least one',
    file: 'lib/providers/qingcloud-ehpc/preflight.ts',
    code: 'if (asked.length === 0 || stays || members.every(isController)) return []',
    without: 'if (asked.length >= 0) return []',
    test: {
      file: 'test/unit/providers/qingcloud-ehpc/preflight.test.ts',
      name: 'the last nodes of a type are kept, over the whole request',
    },
  },
  {
    promise: "A node id is what its provider's ids look like",
    file: 'lib/domain/check-node-ids.ts',
    code: 'pattern === undefined || (id.length <= MAX_LENGTH && pattern.test(id))',
    without: 'true',
    test: {
      file: 'test/unit/domain/parse-request.test.ts',
      name: 'node ids > keep their case where the provider tells cases apart',
    },
  },
  {
    promise: 'An alarm that comes again within its cool-down acts on no node',
    file: 'lib/flow/intake/cool-down.ts',
    code: '(await ledger.acquire(name, eventId, now, now + forMs)) ? [nodeId] : []',
    without: '(await ledger.acquire(name, eventId, now, now + forMs)) || true ? [nodeId] : []',
    test: {
      file: 'test/scenario/alarm.test.ts',
      name: 'an alarm > that flaps acts once within its cool-down, and again after it',
    },
  },
  {
    promise: 'After its time a batch is not submitted',
    file: 'lib/domain/claim.ts',
    code: 'if (batch.notAfter !== null && now > batch.notAfter) return skipLate(batch, batch.notAfter, now)',
    without: '',
    test: {
      file: 'test/unit/domain/claim.test.ts',
      name: 'a batch that waits > is skipped once its time has passed, and not a moment sooner',
    },
  },
  {
    promise: 'What was submitted cannot be taken back',
    file: 'lib/domain/claim.ts',
    code: "export const cancel = (batch: Batch, now: number): Batch | undefined => {\n  if (batch.state !== 'PLANNED' && batch.state !== 'QUEUED') return undefined",
    without: 'export const cancel = (batch: Batch, now: number): Batch | undefined => {',
    test: {
      file: 'test/unit/domain/claim.test.ts',
      name: 'a batch that does not wait > cannot be taken back: SUBMITTING',
    },
  },
  {
    promise: "A batch waits for its turn in the provider's limit",
    file: 'functions/invoker/invoke.ts',
    code: "if (tokens.kind === 'wait') {",
    without: "if (tokens.kind === 'wait' && tokens.at < 0) {",
    test: {
      file: 'test/scenario/rate-limit.test.ts',
      name: '1,000 ECS a minute and project hold across operations with batches of [ 77, 250 ] and eight invokers at once, without a refusal',
    },
  },
  {
    promise: 'A refused credential opens its breaker',
    file: 'lib/flow/breakers.ts',
    code: 'await write(name, (before) => openedBy(before, word, now, pace))',
    without: '',
    test: {
      file: 'test/unit/flow/breakers.test.ts',
      name: 'a refused credential > is used by nobody, here or elsewhere, and those who waited are told',
    },
  },
  {
    promise: "A request is signed by the provider's clock once that is known",
    file: 'lib/flow/authenticated-api.ts',
    code: 'if (learned !== undefined) skew.ms = learned',
    without: '',
    test: {
      file: 'test/unit/flow/authenticated-api.test.ts',
      name: 'a clock of the provider that is -1200000 ms ahead > is learned from one refusal, and everything after is signed by it',
    },
  },
  {
    promise: 'A claim does not outlast its second sending',
    file: 'lib/flow/authenticated-api.ts',
    code: 'if (clock.now() - begunAt > callMs * (1 - LEAST_LEFT_SHARE)) {',
    without: 'if (clock.now() < begunAt) {',
    test: {
      file: 'test/unit/flow/authenticated-api.test.ts',
      name: 'a request whose key was changed meanwhile > whose refusal took too long is not sent again here, but comes back',
    },
  },
  {
    promise: 'What a provider echoes of a credential is gone from its answers',
    file: 'lib/provider-kit/create-api.ts',
    code: 'return withoutSecrets(await http(signed, withinMs), [...secrets, ...secretsOf(signed)])',
    without: 'return http(signed, withinMs)',
    test: {
      file: 'test/unit/provider-kit/create-api.test.ts',
      name: 'a provider’s API > a secret that is echoed plain does not get through',
    },
  },
  {
    promise: 'A worker in its time is not taken for lost',
    file: 'functions/poller/poll-once.ts',
    code: "else if (batch.state === 'SUBMITTING' && batch.lostAt > now) leave(batch, batch.lostAt, pass)\n",
    without: '',
    test: {
      file: 'test/unit/functions/poller/claimed-batch.test.ts',
      name: 'a batch that a worker has claimed > is left to it for as long as the claim lasts, and looked at then',
    },
  },
  {
    promise: 'An operation ends when all its batches have',
    file: 'lib/domain/operation.ts',
    code: "if (missing > 0 || batches.some((b) => !isEnded(b) && b.state !== 'SPLIT')) {",
    without: 'if (missing > 0) {',
    test: {
      file: 'test/unit/domain/operation.test.ts',
      name: 'an operation after a look at its batches > goes on while one is open: PLANNED',
    },
  },
  {
    promise: 'An operation does not end while parts of a batch are not written',
    file: 'lib/domain/operation.ts',
    code: 'if (missing > 0 || batches.some',
    without: 'if (batches.some',
    test: {
      file: 'test/unit/domain/operation.test.ts',
      name: 'an operation after a look at its batches > goes on while parts of a split batch are not written, and counts them as pending',
    },
  },
  {
    promise: 'What was published is marked only when the bus took it',
    file: 'lib/flow/publish.ts',
    code: 'const taken = due.filter((one) => !one.changes.map(() => index++).some((part) => notTaken.has(part)))',
    without: 'const taken = due.filter(() => index === 0)',
    test: {
      file: 'test/scenario/platform-failures.test.ts',
      name: 'a platform that > takes some entries only when events are published: every change is out in the end, the same to the letter',
    },
  },
  {
    promise: 'A letter is kept as it first was',
    file: 'lib/aws/ledger/letters.ts',
    code: 'return put(store, itemOf(head), isNew)',
    without: "return put(store, itemOf(head), { expression: 'attribute_exists(pk) OR attribute_not_exists(pk)' })",
    test: {
      file: 'test/unit/aws/ledger-letters.test.ts',
      name: 'a letter > is kept once: the same message again changes nothing',
    },
  },
  {
    promise: 'A letter is put back once',
    file: 'lib/aws/ledger/letters.ts',
    code: "{ expression: 'redriven = :no', values",
    without: "{ expression: 'redriven = :no OR attribute_exists(pk)', values",
    test: { file: 'test/unit/aws/ledger-letters.test.ts', name: 'a letter > is put back once, however many do so' },
  },
]
