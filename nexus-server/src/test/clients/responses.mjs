// Clients of the Responses API: OpenAI's own, and those that speak it unless told otherwise.
import OpenAI from 'openai'
import { createOpenAI } from '@ai-sdk/openai'
import { HumanMessage, ToolMessage } from '@langchain/core/messages'
import { tool as langchainTool } from '@langchain/core/tools'
import { ChatOpenAI } from '@langchain/openai'
import { Agent, OpenAIProvider, Runner, setTracingDisabled, tool as agentTool } from '@openai/agents'
import { generateText, Output, stepCountIs, streamText, tool } from 'ai'
import { z } from 'zod'
import { base, city, expect, fails, key, model, poorKey, run, same } from './checks.mjs'

const text = 'Hello from upstream'
const shape = z.object({ city: z.string(), degrees: z.number() })

function openai() {
  const of = (apiKey) => new OpenAI({ baseURL: base, apiKey })
  const client = of(key)
  const ask = { model, input: 'Hello' }
  const tools = [{ type: 'function', name: 'weather', description: 'Tells it', parameters: city, strict: true }]
  return {
    async create() {
      const answer = await client.responses.create(ask)
      same(answer.output_text, text)
      same(answer.usage.input_tokens_details.cached_tokens, 4)
      expect(answer.usage.cost > 0, 'the answer tells no cost')
    },
    async stream() {
      const stream = client.responses.stream(ask)
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
      const input = [{ role: 'user', content: 'Hello' }, ...first.output, { type: 'function_call_output', call_id: call.call_id, output: '21' }]
      same((await client.responses.create({ ...ask, tools, input })).output_text, text)
    },
    async 'tools, stream'() {
      const answer = await client.responses.stream({ ...ask, tools }).finalResponse()
      same(answer.output[0].name, 'weather')
      same(JSON.parse(answer.output[0].arguments).degrees, 21)
    },
    async structured() {
      const format = { type: 'json_schema', name: 'place', schema: city, strict: true }
      same(JSON.parse((await client.responses.parse({ ...ask, text: { format } })).output_text).degrees, 21)
    },
    async continued() {
      const first = await client.responses.create(ask)
      const next = await client.responses.create({ ...ask, previous_response_id: first.id })
      same(next.previous_response_id, first.id)
      same((await client.responses.retrieve(first.id)).output_text, text)
      const items = []
      for await (const item of client.responses.inputItems.list(first.id)) items.push(item)
      same(items[0].content[0].text, 'Hello')
      await fails(404, () => of(poorKey).responses.retrieve(first.id))
      await client.responses.delete(first.id)
      await fails(404, () => client.responses.retrieve(first.id))
    },
    async conversation() {
      const begun = await client.conversations.create({ items: [{ role: 'user', content: 'Hello' }] })
      same((await client.responses.create({ ...ask, conversation: begun.id })).output_text, text)
      same((await client.conversations.retrieve(begun.id)).id, begun.id)
      await client.conversations.update(begun.id, { metadata: { a: 'b' } })
      await client.conversations.items.create(begun.id, { items: [{ role: 'user', content: 'more' }] })
      const items = []
      for await (const item of client.conversations.items.list(begun.id)) items.push(item)
      same(items[0].id, 'msg_1')
      same((await client.conversations.items.retrieve('msg_1', { conversation_id: begun.id })).id, 'msg_1')
      await client.conversations.items.delete('msg_1', { conversation_id: begun.id })
      await client.conversations.delete(begun.id)
      await fails(404, () => client.conversations.retrieve(begun.id))
    },
    async background() {
      let answer = await client.responses.create({ ...ask, background: true })
      same(answer.status, 'queued')
      while (answer.status === 'queued') answer = await client.responses.retrieve(answer.id)
      same(answer.output_text, text)
    },
    async cancel() {
      const begun = await client.responses.create({ ...ask, background: true })
      same((await client.responses.cancel(begun.id)).status, 'cancelled')
    },
    async 'input tokens'() {
      same((await client.responses.inputTokens.count(ask)).input_tokens, 11)
    },
    async compact() {
      same((await client.responses.compact(ask)).object, 'response.compaction')
    },
    async abort() {
      const stream = await client.responses.create({ ...ask, input: 'slowly', stream: true, max_output_tokens: 50 })
      for await (const event of stream) if (event.type === 'response.output_text.delta') break
      stream.controller.abort()
    },
    async 'a hundred at once'() {
      const all = await Promise.all(Array.from({ length: 100 }, () => client.responses.create(ask)))
      same(all.filter((each) => each.output_text === text).length, 100)
    },
    'over budget': () => fails(429, () => of(poorKey).responses.create(ask)),
    'over budget, stream': () => fails(429, () => of(poorKey).responses.create({ ...ask, stream: true })),
    'over budget, background': () => fails(429, () => of(poorKey).responses.create({ ...ask, background: true })),
    'unknown model': () => fails(404, () => client.responses.create({ ...ask, model: 'nobody-has-this' })),
    'wrong key': () => fails(401, () => of('nx-wrong').responses.create(ask)),
  }
}

function ai() {
  const of = (name, apiKey = key) => createOpenAI({ baseURL: base, apiKey })(name)
  const weather = tool({ description: 'Tells it', inputSchema: shape, execute: async () => '21' })
  const ask = (more) => generateText({ model: of(model), prompt: 'Hello', ...more })
  return {
    async create() {
      const answer = await ask()
      same(answer.text, text)
      same(answer.usage.outputTokens, 7)
    },
    async stream() {
      const answer = streamText({ model: of(model), prompt: 'Hello' })
      let all = ''
      for await (const part of answer.textStream) all += part
      same(all, text)
      same((await answer.usage).outputTokens, 7)
    },
    async tools() {
      const answer = await ask({ tools: { weather }, stopWhen: stepCountIs(3) })
      same(answer.steps.length, 2)
      same(answer.text, text)
    },
    async structured() {
      same((await ask({ output: Output.object({ schema: shape }) })).output.city, 'Köln')
    },
    async continued() {
      const previousResponseId = (await ask()).providerMetadata.openai.responseId
      same((await ask({ providerOptions: { openai: { previousResponseId } } })).text, text)
    },
    async abort() {
      const controller = new AbortController()
      const answer = streamText({
        model: of(model), prompt: 'slowly', maxOutputTokens: 50, abortSignal: controller.signal, onError() {},
      })
      for await (const part of answer.textStream) {
        if (part) { controller.abort(); break }
      }
    },
    'over budget': () => fails(429, () => ask({ model: of(model, poorKey), maxRetries: 0 })),
    'unknown model': () => fails(404, () => ask({ model: of('nobody-has-this') })),
    'wrong key': () => fails(401, () => ask({ model: of(model, 'nx-wrong') })),
  }
}

function langchain() {
  const chat = (more = {}) =>
    new ChatOpenAI({ model, apiKey: key, useResponsesApi: true, configuration: { baseURL: base }, ...more })
  const weather = langchainTool(async () => '21', { name: 'weather', description: 'Tells it', schema: shape })
  return {
    async create() {
      const answer = await chat().invoke('Hello')
      same(answer.text, text)
      same(answer.usage_metadata.output_tokens, 7)
    },
    async stream() {
      let all = ''
      for await (const chunk of await chat().stream('Hello')) all += chunk.text
      same(all, text)
    },
    async tools() {
      const bound = chat().bindTools([weather])
      const first = await bound.invoke([new HumanMessage('Hello')])
      same(first.tool_calls[0].args.city, 'Köln')
      const result = new ToolMessage({ content: '21', tool_call_id: first.tool_calls[0].id })
      same((await bound.invoke([new HumanMessage('Hello'), first, result])).text, text)
    },
    async structured() {
      same((await chat().withStructuredOutput(shape, { method: 'jsonSchema' }).invoke('Hello')).city, 'Köln')
    },
    async abort() {
      for await (const chunk of await chat({ maxTokens: 50 }).stream('slowly')) if (chunk.text) break
    },
    'over budget': () => fails(429, () => chat({ apiKey: poorKey }).invoke('Hello')),
    'unknown model': () => fails(404, () => chat({ model: 'nobody-has-this' }).invoke('Hello')),
    'wrong key': () => fails(401, () => chat({ apiKey: 'nx-wrong' }).invoke('Hello')),
  }
}

function agents() {
  setTracingDisabled(true)
  const weather = agentTool({ name: 'weather', description: 'Tells it', parameters: shape, execute: async () => '21' })
  const runner = (apiKey = key) =>
    new Runner({ modelProvider: new OpenAIProvider({ baseURL: base, apiKey }), tracingDisabled: true })
  const agent = (more = {}) => new Agent({ name: 'a', instructions: 'Be brief.', model, ...more })
  return {
    async create() {
      same((await runner().run(agent(), 'Hello')).finalOutput, text)
    },
    async stream() {
      const result = await runner().run(agent(), 'Hello', { stream: true })
      let all = ''
      for await (const part of result.toTextStream()) all += part
      await result.completed
      same(all, text)
    },
    async tools() {
      same((await runner().run(agent({ tools: [weather] }), 'Hello')).finalOutput, text)
    },
    async structured() {
      same((await runner().run(agent({ outputType: shape }), 'Hello')).finalOutput.city, 'Köln')
    },
    'over budget': () => fails(429, () => runner(poorKey).run(agent(), 'Hello')),
    'unknown model': () => fails(404, () => runner().run(agent({ model: 'nobody-has-this' }), 'Hello')),
    'wrong key': () => fails(401, () => runner('nx-wrong').run(agent(), 'Hello')),
  }
}

const all = {}
for (const [name, operations] of Object.entries({ openai, ai, langchain, agents })) {
  for (const [operation, call] of Object.entries(operations())) all[`${name}: ${operation}`] = call
}
await run('Responses (Node)', all)
