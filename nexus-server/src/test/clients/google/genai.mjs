import { GoogleGenAI, Type } from '@google/genai'
import { city, expect, fails, key, model, poorKey, run, same } from './checks.mjs'

const at = (apiKey, apiVersion) => new GoogleGenAI({ apiKey, httpOptions: { baseUrl: process.env.NEXUS_URL, apiVersion } })
const of = (ai) => ({
  async generate() {
    const answer = await ai.models.generateContent({ model, contents: 'Hello' })
    same(answer.text, 'Hello from upstream')
    same(answer.usageMetadata.thoughtsTokenCount, 2)
  },
  async stream() {
    let text = ''
    let last
    for await (const chunk of await ai.models.generateContentStream({ model, contents: 'Hello' })) {
      text += chunk.text ?? ''
      last = chunk
    }
    same(text, 'Hello from upstream')
    same(last.candidates[0].finishReason, 'STOP')
    expect(last.usageMetadata.totalTokenCount > 0, 'the stream tells no usage')
  },
  async tools() {
    const tools = [{ functionDeclarations: [{ name: 'weather', description: 'Tells it', parametersJsonSchema: city }] }]
    const contents = [{ role: 'user', parts: [{ text: 'Hello' }] }]
    const first = await ai.models.generateContent({ model, contents, config: { tools } })
    const call = first.functionCalls[0]
    same(call.args.city, 'Köln')
    contents.push(first.candidates[0].content)
    contents.push({ role: 'user', parts: [{ functionResponse: { name: call.name, response: { degrees: 21 } } }] })
    same((await ai.models.generateContent({ model, contents, config: { tools } })).text, 'Hello from upstream')
  },
  async 'tools, stream'() {
    const tools = [{ functionDeclarations: [{ name: 'weather', parameters: { type: Type.OBJECT, properties: {} } }] }]
    for await (const chunk of await ai.models.generateContentStream({ model, contents: 'Hello', config: { tools } })) {
      if (chunk.functionCalls) return same(chunk.functionCalls[0].name, 'weather')
    }
    throw new Error('no call came')
  },
  async structured() {
    const answer = await ai.models.generateContent({
      model, contents: 'Hello', config: { responseMimeType: 'application/json', responseJsonSchema: city },
    })
    same(JSON.parse(answer.text).city, 'Köln')
  },
  async thinking() {
    const answer = await ai.models.generateContent({
      model, contents: 'Hello', config: { systemInstruction: 'Be nice', thinkingConfig: { thinkingBudget: 100, includeThoughts: true } },
    })
    same(answer.text, 'Hello from upstream')
  },
  async chat() {
    const chat = ai.chats.create({ model })
    same((await chat.sendMessage({ message: 'Hello' })).text, 'Hello from upstream')
    same((await chat.sendMessage({ message: 'Hello again' })).text, 'Hello from upstream')
  },
  async count() {
    same((await ai.models.countTokens({ model, contents: 'Hello' })).totalTokens, 31)
  },
  async embed() {
    const answer = await ai.models.embedContent({ model, contents: ['Hello', 'again'] })
    same(answer.embeddings.length, 2)
    same(answer.embeddings[0].values.join(), '1,2')
  },
  async models() {
    const names = []
    for await (const each of await ai.models.list()) names.push(each.name)
    expect(names.includes('models/' + model), `the list has no ${model}: ${names}`)
  },
  async 'one model'() {
    same((await ai.models.get({ model })).name, 'models/' + model)
  },
})

const operations = {}
for (const version of ['v1beta', 'v1']) {
  for (const [name, call] of Object.entries(of(at(key, version)))) operations[`${version}: ${name}`] = call
}
const ai = at(key)
const unheard = at(process.env.NEXUS_UNHEARD_KEY)
const generate = (client, more) => client.models.generateContent({ model, contents: 'Hello', ...more })
await run('@google/genai (Node)', {
  ...operations,
  async abort() {
    const controller = new AbortController()
    const stream = await unheard.models.generateContentStream({
      model, contents: 'slowly', config: { abortSignal: controller.signal },
    })
    try {
      for await (const chunk of stream) {
        if (chunk.text) controller.abort()
      }
    } catch (error) {
      return
    }
    throw new Error('it was not aborted')
  },
  async 'cut off at a limit'() {
    let last
    for await (const chunk of await at(process.env.NEXUS_SHORT_KEY + 'genai.mjs').models.generateContentStream({ model, contents: 'endless' })) last = chunk
    same(last.candidates[0].finishReason, 'MAX_TOKENS')
    expect(last.usageMetadata.totalTokenCount > 0, 'it tells no usage')
  },
  async 'a backend that breaks off'() {
    try {
      for await (const chunk of await unheard.models.generateContentStream({ model, contents: 'break' })) expect(chunk, 'a chunk')
    } catch (error) {
      return expect(/broke off/.test(error.message), error.message)
    }
    throw new Error('nothing was thrown')
  },
  async 'a hundred at once'() {
    const all = await Promise.all(Array.from({ length: 100 }, () => generate(ai)))
    same(all.filter((each) => each.text === 'Hello from upstream').length, 100)
  },
  'over budget': () => fails(402, () => generate(at(poorKey))),
  'over budget, stream': () => fails(402, () => at(poorKey).models.generateContentStream({ model, contents: 'Hello' })),
  async 'over budget, words'() {
    const error = await generate(at(poorKey)).catch((e) => e)
    expect(error.message.includes('Budget limit exceeded, request rejected'), error.message)
  },
  'unknown model': () => fails(404, () => generate(ai, { model: 'nobody-has-this' })),
  'wrong key': () => fails(401, () => generate(at('nx-wrong'))),
})
