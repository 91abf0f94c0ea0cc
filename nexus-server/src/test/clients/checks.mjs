// What each client is asked to do, and how the outcome is told: a line of JSON an operation, which a test reads.
export const base = process.env.NEXUS_URL + '/v1'
export const key = process.env.NEXUS_KEY
export const poorKey = process.env.NEXUS_POOR_KEY
export const model = 'm'
export const city = {
  type: 'object',
  properties: { city: { type: 'string' }, degrees: { type: 'number' } },
  required: ['city', 'degrees'],
  additionalProperties: false,
}

export function expect(condition, what) {
  if (!condition) throw new Error(what)
}

export function same(found, right) {
  expect(found === right, `expected ${JSON.stringify(right)}, found ${JSON.stringify(found)}`)
}

/** Expects a failure of that status, found anywhere that clients keep it. */
export async function fails(status, call) {
  try {
    await call()
  } catch (error) {
    for (let e = error; e; e = e.cause ?? e.lastError) {
      const found = e.status ?? e.statusCode ?? e.response?.status
      if (found !== undefined) return same(found, status)
    }
    throw error
  }
  throw new Error(`expected status ${status}, but it succeeded`)
}

/** Runs the operations one after the other. */
export async function run(client, operations) {
  for (const [operation, call] of Object.entries(operations)) {
    let line = { client, operation, ok: true }
    try {
      await call()
    } catch (error) {
      line = { client, operation, ok: false, error: String(error?.stack ?? error).slice(0, 1500) }
    }
    console.log(JSON.stringify(line))
  }
  process.exit(0)
}
