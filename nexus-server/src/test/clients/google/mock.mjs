// A backend that speaks Google's API as far as its programs need: a tool turn where a prompt asks for files, else a few words.
import { createServer } from 'node:http'

let served = 0
let nanos = 0

/** A token for four bytes, and the bill at 2.5 and 10 USD for a million tokens. */
function usage(bytes) {
  const promptTokenCount = Math.ceil(bytes / 4)
  nanos += promptTokenCount * 2500 + 30 * 10000
  return { promptTokenCount, candidatesTokenCount: 10, thoughtsTokenCount: 20, totalTokenCount: promptTokenCount + 30 }
}

function parts(body) {
  const last = JSON.stringify(body.contents?.at(-1) ?? '')
  const tools = (body.tools ?? []).flatMap((tool) => tool.functionDeclarations ?? []).map((each) => each.name)
  if (last.includes('list the files') && !last.includes('functionResponse') && tools.includes('list_directory')) {
    return [{ functionCall: { name: 'list_directory', args: { dir_path: '.' } }, thoughtSignature: 'c2lnbmF0dXJl' }]
  }
  return [{ text: last.includes('functionResponse') ? 'The tool has answered' : 'Hello from upstream' }]
}

createServer(async (request, response) => {
  let text = ''
  for await (const chunk of request) text += chunk
  if (request.method === 'GET') {
    const body = request.url === '/bill' ? { served, usd: nanos / 1e9 } : { models: [{ name: 'models/m' }] }
    return response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
  }
  if (request.url.includes('countTokens')) return response.setHeader('content-type', 'application/json').end('{"totalTokens":100}')
  served++
  const body = JSON.parse(text)
  const answer = JSON.stringify({
    candidates: [{ content: { role: 'model', parts: parts(body) }, finishReason: 'STOP', index: 0 }],
    usageMetadata: usage(Buffer.byteLength(text)), modelVersion: 'm', responseId: `r${served}`,
  })
  if (!request.url.includes(':stream')) return response.setHeader('content-type', 'application/json').end(answer)
  response.setHeader('content-type', 'text/event-stream').end(`data: ${answer}\r\n\r\n`)
}).listen(Number(process.argv[2] ?? 0), '127.0.0.1', function () {
  console.log(this.address().port)
})
