// What Anthropic's clients for Node.js are asked to do, and how the outcome is told: a line of JSON an operation, which a test reads.
import Anthropic from '@anthropic-ai/sdk'
import { createAnthropic } from '@ai-sdk/anthropic'
import { ChatAnthropic } from '@langchain/anthropic'
import { HumanMessage, ToolMessage } from '@langchain/core/messages'
import { generateText, Output, stepCountIs, streamText, tool } from 'ai'
import { z } from 'zod'

const base = process.env.NEXUS_URL
const key = process.env.NEXUS_KEY
const poorKey = process.env.NEXUS_POOR_KEY
const text = 'Hello from upstream'
const city = { type: 'object', properties: { city: { type: 'string' }, degrees: { type: 'number' } }, required: ['city', 'degrees'], additionalProperties: false }
const shape = z.object({ city: z.string(), degrees: z.number() })
const hello = [{ role: 'user', content: 'Hello' }]
const ask = { model: 'm', max_tokens: 50, messages: hello }

function same(found, right) {
  if (found !== right) throw new Error(`expected ${JSON.stringify(right)}, found ${JSON.stringify(found)}`)
}

/** Expects a failure of that status, found anywhere that clients keep it. */
async function fails(status, call) {
  try {
    await call()
  } catch (error) {
    for (let e = error; e; e = e.cause ?? e.lastError) {
      const found = e.status ?? e.statusCode ?? e.response?.status
      if (found !== undefined) {
        same(found, status)
        return e
      }
    }
    throw error
  }
  throw new Error(`expected status ${status}, but it succeeded`)
}

function sdk() {
  const of = (apiKey) => new Anthropic({ baseURL: base, apiKey })
  const client = of(key)
  const tools = [{ name: 'weather', description: 'Tells it', input_schema: city }]
  return {
    async create() {
      const answer = await client.messages.create(ask)
      same(answer.content[0].text, text)
      same(answer.usage.output_tokens, 7)
      if (!answer._request_id.startsWith('req_')) throw new Error('no request id')
    },
    async stream() {
      const stream = client.messages.stream(ask)
      let all = ''
      stream.on('text', (part) => { all += part })
      const answer = await stream.finalMessage()
      same(all, text)
      same(answer.stop_reason, 'end_turn')
      same(answer.usage.output_tokens, 7)
    },
    async tools() {
      const first = await client.messages.create({ ...ask, tools })
      const call = first.content.find((block) => block.type === 'tool_use')
      same(call.input.city, 'Köln')
      const turn = [...hello, { role: 'assistant', content: first.content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: '21' }] }]
      same((await client.messages.create({ ...ask, tools, messages: turn })).content[0].text, text)
    },
    async 'tools, stream'() {
      const answer = await client.messages.stream({ ...ask, tools }).finalMessage()
      same(answer.content.find((block) => block.type === 'tool_use').input.city, 'Köln')
      same(answer.stop_reason, 'tool_use')
    },
    async structured() {
      const answer = await client.messages.create({ ...ask, output_config: { format: { type: 'json_schema', schema: city } } })
      same(JSON.parse(answer.content[0].text).city, 'Köln')
    },
    async beta() {
      same((await client.beta.messages.create({ ...ask, betas: ['context-1m-2025-08-07'] })).content[0].text, text)
    },
    async 'count tokens'() {
      same((await client.messages.countTokens({ model: 'm', messages: hello })).input_tokens, 14)
    },
    async models() {
      const ids = []
      for await (const each of client.models.list()) ids.push(each.id)
      same(ids.join(), 'm')
      same((await client.models.retrieve('m')).type, 'model')
    },
    async 'cut at its budget'() {
      const short = of(process.env.NEXUS_SHORT_KEY)
      const endless = { ...ask, max_tokens: 4000, messages: [{ role: 'user', content: 'endless' }] }
      const answers = await Promise.all([1, 2].map(() => short.messages.stream(endless).finalMessage()))
      for (const answer of answers) same(answer.stop_reason, 'max_tokens')
    },
    async abort() {
      const stream = client.messages.stream({ ...ask, messages: [{ role: 'user', content: 'slowly' }] })
      try {
        for await (const event of stream) if (event.type === 'content_block_delta') stream.abort()
      } catch (error) {
        if (!(error instanceof Anthropic.APIUserAbortError)) throw error
      }
    },
    async 'a hundred at once'() {
      const all = await Promise.all(Array.from({ length: 100 }, () => client.messages.create(ask)))
      same(all.filter((each) => each.content[0].text === text).length, 100)
    },
    async 'over budget'() {
      const error = await fails(402, () => of(poorKey).messages.create(ask))
      same(error.error.error.budget.name, 'poor')
      same(error.error.error.type, 'billing_error')
    },
    'over budget, stream': () => fails(402, () => of(poorKey).messages.stream(ask).finalMessage()),
    'unknown model': () => fails(404, () => client.messages.create({ ...ask, model: 'nobody-has-this' })),
    'wrong key': () => fails(401, () => of('nx-wrong').messages.create(ask)),
  }
}

function ai() {
  const of = (apiKey, model = 'm') => createAnthropic({ baseURL: base + '/v1', apiKey })(model)
  const weather = tool({ description: 'Tells it', inputSchema: shape, execute: async () => '21' })
  return {
    async chat() {
      const answer = await generateText({ model: of(key), prompt: 'Hello' })
      same(answer.text, text)
      same(answer.usage.outputTokens, 7)
    },
    async stream() {
      const answer = streamText({ model: of(key), prompt: 'Hello' })
      let all = ''
      for await (const part of answer.textStream) all += part
      same(all, text)
      same((await answer.usage).outputTokens, 7)
    },
    async tools() {
      const answer = await generateText({ model: of(key), prompt: 'Hello', tools: { weather }, stopWhen: stepCountIs(3) })
      same(answer.steps.length, 2)
      same(answer.text, text)
    },
    async structured() {
      const answer = await generateText({ model: of(key), prompt: 'Hello', output: Output.object({ schema: shape }) })
      same(answer.output.city, 'Köln')
    },
    async abort() {
      const controller = new AbortController()
      const answer = streamText({ model: of(key), prompt: 'slowly', abortSignal: controller.signal, onError() {} })
      for await (const part of answer.textStream) if (part) { controller.abort(); break }
    },
    'over budget': () => fails(402, () => generateText({ model: of(poorKey), prompt: 'Hello' })),
    'unknown model': () => fails(404, () => generateText({ model: of(key, 'nobody-has-this'), prompt: 'Hello' })),
    'wrong key': () => fails(401, () => generateText({ model: of('nx-wrong'), prompt: 'Hello' })),
  }
}

function langchain() {
  const of = (apiKey, model = 'm') => new ChatAnthropic({ model, apiKey, anthropicApiUrl: base, maxTokens: 50 })
  const tools = [{ name: 'weather', description: 'Tells it', input_schema: city }]
  return {
    async chat() {
      const answer = await of(key).invoke('Hello')
      same(answer.text, text)
      same(answer.usage_metadata.output_tokens, 7)
    },
    async stream() {
      let all = ''
      for await (const chunk of await of(key).stream('Hello')) all += chunk.text
      same(all, text)
    },
    async tools() {
      const bound = of(key).bindTools(tools)
      const question = new HumanMessage('Hello')
      const first = await bound.invoke([question])
      same(first.tool_calls[0].args.city, 'Köln')
      const result = new ToolMessage({ content: '21', tool_call_id: first.tool_calls[0].id })
      same((await bound.invoke([question, first, result])).text, text)
    },
    async structured() {
      same((await of(key).withStructuredOutput(shape).invoke('Hello')).city, 'Köln')
    },
    async abort() {
      for await (const chunk of await of(key).stream('slowly')) if (chunk.text) break
    },
    'over budget': () => fails(402, () => of(poorKey).invoke('Hello')),
    'unknown model': () => fails(404, () => of(key, 'nobody-has-this').invoke('Hello')),
    'wrong key': () => fails(401, () => of('nx-wrong').invoke('Hello')),
  }
}

const client = process.argv[2]
for (const [operation, call] of Object.entries({ sdk, ai, langchain }[client]())) {
  let line = { client, operation, ok: true }
  try {
    await call()
  } catch (error) {
    line = { client, operation, ok: false, error: String(error?.stack ?? error).slice(0, 1500) }
  }
  console.log(JSON.stringify(line))
}
process.exit(0)
