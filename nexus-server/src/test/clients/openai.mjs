import OpenAI from 'openai'
import { base, city, expect, fails, key, model, poorKey, run, same } from './checks.mjs'

const client = new OpenAI({ baseURL: base, apiKey: key })
const hello = [{ role: 'user', content: 'Hello' }]
const weather = { type: 'function', function: { name: 'weather', description: 'Tells it', parameters: city } }

/** One request in two seconds is served to these. */
const limited = { baseURL: base, apiKey: key, defaultHeaders: { 'X-Nexus-Tags': 'limited' } }

await run('openai (Node)', {
  async chat() {
    const answer = await client.chat.completions.create({ model, messages: hello })
    same(answer.choices[0].message.content, 'Hello from upstream')
    expect(answer.usage.cost > 0, 'the answer tells no cost')
  },
  async stream() {
    const stream = await client.chat.completions.create({
      model, messages: hello, stream: true, stream_options: { include_usage: true },
    })
    let text = ''
    let usage
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta?.content ?? ''
      usage = chunk.usage ?? usage
    }
    same(text, 'Hello from upstream')
    expect(usage.total_tokens > 0, 'the stream tells no usage')
  },
  async tools() {
    const messages = [...hello]
    const first = await client.chat.completions.create({ model, messages, tools: [weather] })
    const call = first.choices[0].message.tool_calls[0]
    same(call.function.name, 'weather')
    messages.push(first.choices[0].message, { role: 'tool', tool_call_id: call.id, content: '21' })
    const second = await client.chat.completions.create({ model, messages, tools: [weather] })
    same(second.choices[0].message.content, 'Hello from upstream')
  },
  async 'tools, stream'() {
    const runner = client.chat.completions.stream({ model, messages: hello, tools: [weather] })
    const calls = (await runner.finalChatCompletion()).choices[0].message.tool_calls
    same(calls[0].function.name, 'weather')
    same(JSON.parse(calls[0].function.arguments).city, 'Köln')
  },
  async structured() {
    const answer = await client.chat.completions.parse({
      model, messages: hello, response_format: { type: 'json_schema', json_schema: { name: 'c', strict: true, schema: city } },
    })
    same(answer.choices[0].message.parsed.city, 'Köln')
  },
  async models() {
    const ids = []
    for await (const each of client.models.list()) ids.push(each.id)
    expect(ids.includes(model), `the list has no ${model}: ${ids}`)
  },
  async 'one model'() {
    same((await client.models.retrieve(model)).id, model)
  },
  'no such model': () => fails(404, () => client.models.retrieve('nobody-has-this')),
  async completion() {
    const answer = await client.completions.create({ model, prompt: 'Hello', max_tokens: 9 })
    same(answer.choices[0].text, 'Hello from upstream')
    expect(answer.usage.cost > 0, 'the answer tells no cost')
  },
  async 'completion, stream'() {
    let text = ''
    for await (const chunk of await client.completions.create({ model, prompt: ['Hello'], stream: true, max_tokens: 9 })) {
      text += chunk.choices[0]?.text ?? ''
    }
    same(text, 'Hello from upstream')
  },
  async embeddings() {
    const answer = await client.embeddings.create({ model, input: ['Hello', 'again'] })
    same(answer.data[0].embedding.join(), '1,2')
    expect(answer.usage.cost > 0, 'the answer tells no cost')
  },
  async 'embeddings of token ids'() {
    const answer = await client.embeddings.create({ model, input: [[1, 2, 3]], encoding_format: 'float' })
    same(answer.data[0].embedding.join(), '1,2')
  },
  'embeddings, over budget': () => fails(429, () =>
    new OpenAI({ baseURL: base, apiKey: poorKey }).embeddings.create({ model, input: 'Hello' })),
  async moderation() {
    same((await client.moderations.create({ model, input: 'Hello' })).results[0].flagged, false)
  },
  async abort() {
    const stream = await client.chat.completions.create({ model, messages: [{ role: 'user', content: 'slowly' }], stream: true })
    for await (const chunk of stream) {
      if (chunk.choices[0]?.delta?.content) break
    }
    stream.controller.abort()
  },
  async 'a hundred at once'() {
    const all = await Promise.all(
      Array.from({ length: 100 }, () => client.chat.completions.create({ model, messages: hello })))
    same(all.filter((each) => each.choices[0].message.content === 'Hello from upstream').length, 100)
  },
  'over budget': () => fails(429, () =>
    new OpenAI({ baseURL: base, apiKey: poorKey }).chat.completions.create({ model, messages: hello })),
  'over budget, stream': () => fails(429, () =>
    new OpenAI({ baseURL: base, apiKey: poorKey }).chat.completions.create({ model, messages: hello, stream: true })),
  async 'over a limit, in a hurry'() {
    const hurried = new OpenAI({ ...limited, maxRetries: 0 })
    try {
      await Promise.all(Array.from({ length: 5 }, () => hurried.chat.completions.create({ model, messages: hello })))
    } catch (error) {
      expect(error instanceof OpenAI.RateLimitError, `no RateLimitError: ${error}`)
      same(error.code, 'rate_limited')
      same(error.headers.get('x-ratelimit-limit-requests'), '1')
      same(error.headers.get('x-should-retry'), null)
      return
    }
    throw new Error('nothing was refused')
  },
  async 'over a limit, with patience'() {
    const waits = []
    const timed = async (url, init) => {
      const before = waits.at(-1)
      if (before?.due) expect(Date.now() >= before.due - 50, `asked ${before.due - Date.now()} ms too soon`)
      const response = await fetch(url, init)
      waits.push({ due: response.status === 429 && Date.now() + 1000 * Number(response.headers.get('retry-after')) })
      return response
    }
    const patient = new OpenAI({ ...limited, maxRetries: 9, fetch: timed })
    for (let i = 0; i < 2; i++) {
      const answer = await patient.chat.completions.create({ model, messages: hello })
      same(answer.choices[0].message.content, 'Hello from upstream')
    }
  },
  'unknown model': () => fails(404, () => client.chat.completions.create({ model: 'nobody-has-this', messages: hello })),
  'wrong key': () => fails(401, () =>
    new OpenAI({ baseURL: base, apiKey: 'nx-wrong' }).chat.completions.create({ model, messages: hello })),
})
