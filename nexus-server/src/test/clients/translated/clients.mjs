// What clients of APIs that the backend does not speak are asked to do, and how the outcome is told: a line of JSON an operation, which a test reads.
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'

const base = process.env.NEXUS_URL
const key = process.env.NEXUS_KEY
const poorKey = process.env.NEXUS_POOR_KEY
const model = 'm'
const text = 'Hello from upstream'
const city = { type: 'object', properties: { city: { type: 'string' }, degrees: { type: 'number' } }, required: ['city', 'degrees'], additionalProperties: false }

function expect(condition, what) {
  if (!condition) throw new Error(what)
}

function same(found, right) {
  expect(found === right, `expected ${JSON.stringify(right)}, found ${JSON.stringify(found)}`)
}

async function fails(status, call) {
  try {
    await call()
  } catch (error) {
    same(error.status, status)
    return error
  }
  throw new Error(`expected status ${status}, but it succeeded`)
}

function messages() {
  const of = (apiKey) => new Anthropic({ baseURL: base, apiKey })
  const client = of(key)
  const ask = { model, max_tokens: 50, messages: [{ role: 'user', content: 'Hello' }] }
  const tools = [{ name: 'weather', description: 'Tells it', input_schema: city }]
  return {
    async create() {
      const { data, response } = await client.messages.create(ask).withResponse()
      same(data.content[0].text, text)
      same(data.stop_reason, 'end_turn')
      same(data.usage.output_tokens, 7)
      same(data.usage.cache_read_input_tokens, 4)
      same(response.headers.get('x-nexus-translated'), 'messages>chat')
    },
    async stream() {
      const stream = client.messages.stream({ ...ask, system: 'Be brief.' })
      let all = ''
      stream.on('text', (part) => { all += part })
      const answer = await stream.finalMessage()
      same(all, text)
      same(answer.stop_reason, 'end_turn')
      same(answer.usage.output_tokens, 7)
      same(answer.usage.input_tokens, 7)
    },
    async tools() {
      const first = await client.messages.create({ ...ask, tools })
      same(first.stop_reason, 'tool_use')
      const use = first.content.find((block) => block.type === 'tool_use')
      same(use.input.city, 'Köln')
      const turns = [...ask.messages, { role: 'assistant', content: first.content }, { role: 'user', content: [{ type: 'tool_result', tool_use_id: use.id, content: 'sunny' }] }]
      same((await client.messages.create({ ...ask, tools, messages: turns })).content[0].text, text)
    },
    async toolsStreamed() {
      const stream = client.messages.stream({ ...ask, tools, thinking: { type: 'adaptive' }, output_config: { effort: 'high' } })
      const answer = await stream.finalMessage()
      same(answer.stop_reason, 'tool_use')
      same(answer.content[0].input.degrees, 21)
    },
    async structured() {
      const answer = await client.messages.create({ ...ask, output_config: { format: { type: 'json_schema', schema: city } } })
      same(JSON.parse(answer.content[0].text).degrees, 21)
    },
    async countTokens() {
      const { max_tokens, ...rest } = ask
      expect((await client.messages.countTokens(rest)).input_tokens > 0, 'no tokens')
    },
    async untranslatable() {
      const error = await fails(400, () => client.messages.create({ ...ask, container: 'c' }))
      expect(error.message.includes("'container'"), error.message)
    },
    async overBudget() {
      const error = await fails(402, () => of(poorKey).messages.create(ask))
      expect(error.message.includes('Budget limit exceeded'), error.message)
    },
    async unknownModel() {
      await fails(404, () => client.messages.create({ ...ask, model: 'none' }))
    },
    async badKey() {
      await fails(401, () => of('wrong').messages.create(ask))
    },
    async abort() {
      const stream = client.messages.stream({ ...ask, messages: [{ role: 'user', content: 'Count slowly' }] })
      await new Promise((resolve) => stream.once('text', resolve))
      stream.abort()
      await stream.done().catch(() => {})
    },
  }
}

function responses() {
  const of = (apiKey) => new OpenAI({ baseURL: base + '/v1', apiKey })
  const client = of(key)
  const ask = { model, input: 'Hello', max_output_tokens: 50 }
  const tools = [{ type: 'function', name: 'weather', description: 'Tells it', parameters: city, strict: true }]
  return {
    async create() {
      const { data, response } = await client.responses.create(ask).withResponse()
      same(data.output_text, text)
      same(data.status, 'completed')
      same(data.usage.output_tokens, 7)
      same(data.usage.input_tokens_details.cached_tokens, 4)
      same(response.headers.get('x-nexus-translated'), 'responses>chat')
    },
    async stream() {
      const stream = client.responses.stream({ ...ask, instructions: 'Be brief.' })
      let all = ''
      stream.on('response.output_text.delta', (event) => { all += event.delta })
      const answer = await stream.finalResponse()
      same(all, text)
      same(answer.output_text, text)
      same(answer.usage.output_tokens, 7)
    },
    async tools() {
      const first = await client.responses.create({ ...ask, tools })
      const call = first.output.find((item) => item.type === 'function_call')
      same(JSON.parse(call.arguments).city, 'Köln')
      const input = [{ role: 'user', content: 'Hello' }, ...first.output, { type: 'function_call_output', call_id: call.call_id, output: 'sunny' }]
      same((await client.responses.create({ ...ask, tools, input, store: false })).output_text, text)
    },
    async toolsStreamed() {
      const stream = client.responses.stream({ ...ask, tools })
      let all = ''
      stream.on('response.function_call_arguments.delta', (event) => { all += event.delta })
      const answer = await stream.finalResponse()
      same(JSON.parse(all).degrees, 21)
      same(answer.output[0].name, 'weather')
    },
    async structured() {
      const answer = await client.responses.parse({ ...ask, text: { format: { type: 'json_schema', name: 'place', schema: city, strict: true } } })
      same(JSON.parse(answer.output_text).degrees, 21)
    },
    async inputTokens() {
      expect((await client.responses.inputTokens.count({ model, input: 'Hello' })).input_tokens > 0, 'no tokens')
    },
    async untranslatable() {
      const error = await fails(400, () => client.responses.create({ ...ask, previous_response_id: 'resp_1' }))
      same(error.param, 'previous_response_id')
    },
    async overBudget() {
      const error = await fails(429, () => of(poorKey).responses.create(ask))
      same(error.type, 'budget_exceeded')
    },
    async unknownModel() {
      await fails(404, () => client.responses.create({ ...ask, model: 'none' }))
    },
    async badKey() {
      await fails(401, () => of('wrong').responses.create(ask))
    },
    async abort() {
      const stream = await client.responses.create({ ...ask, input: 'Count slowly', stream: true })
      for await (const event of stream) {
        if (event.type === 'response.output_text.delta') break
      }
    },
  }
}

const client = process.argv[2]
for (const [operation, call] of Object.entries({ messages, responses }[client]())) {
  let line = { client, operation, ok: true }
  try {
    await call()
  } catch (error) {
    line = { client, operation, ok: false, error: String(error?.stack ?? error).slice(0, 1500) }
  }
  console.log(JSON.stringify(line))
}
process.exit(0)
