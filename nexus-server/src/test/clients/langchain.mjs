import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai'
import { HumanMessage, ToolMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { z } from 'zod'
import { base, expect, fails, key, model, poorKey, run, same } from './checks.mjs'

const chat = (apiKey = key, name = model) =>
  new ChatOpenAI({ model: name, apiKey, useResponsesApi: false, configuration: { baseURL: base } })
const shape = z.object({ city: z.string(), degrees: z.number() })
const weather = tool(async () => '21', { name: 'weather', description: 'Tells it', schema: shape })

await run('LangChain (Node)', {
  async chat() {
    const answer = await chat().invoke('Hello')
    same(answer.content, 'Hello from upstream')
    expect(answer.usage_metadata.total_tokens > 0, 'the answer tells no usage')
  },
  async stream() {
    let text = ''
    for await (const chunk of await chat().stream('Hello')) text += chunk.content
    same(text, 'Hello from upstream')
  },
  async tools() {
    const bound = chat().bindTools([weather])
    const first = await bound.invoke([new HumanMessage('Hello')])
    same(first.tool_calls[0].args.city, 'Köln')
    const result = new ToolMessage({ content: '21', tool_call_id: first.tool_calls[0].id })
    same((await bound.invoke([new HumanMessage('Hello'), first, result])).content, 'Hello from upstream')
  },
  async structured() {
    same((await chat().withStructuredOutput(shape, { method: 'jsonSchema' }).invoke('Hello')).city, 'Köln')
  },
  async embeddings() {
    const vectors = new OpenAIEmbeddings({ model, apiKey: key, configuration: { baseURL: base } })
    same((await vectors.embedDocuments(['Hello', 'again']))[0].join(), '1,2')
  },
  async abort() {
    for await (const chunk of await chat().stream('slowly')) if (chunk.content) break
  },
  async 'a hundred at once'() {
    const all = await chat().batch(Array.from({ length: 100 }, () => 'Hello'))
    same(all.filter((each) => each.content === 'Hello from upstream').length, 100)
  },
  'over budget': () => fails(429, () => chat(poorKey).invoke('Hello')),
  'unknown model': () => fails(404, () => chat(key, 'nobody-has-this').invoke('Hello')),
  'wrong key': () => fails(401, () => chat('nx-wrong').invoke('Hello')),
})
