// Compares two reports of llmprobe: which checks that the first passes has the second lost? llmprobe.mjs BASELINE REPORT NAME [SURFACE...]
import { readFileSync } from 'node:fs'

const [baseline, report, name, ...left] = process.argv.slice(2)
const checks = (file) => JSON.parse(readFileSync(file)).conformance.results.filter((each) => !left.includes(each.surface))
const now = new Map(checks(report).map((each) => [each.id, each]))
const passed = checks(baseline).filter((each) => each.outcome === 'pass')
const other = passed.filter(({ id }) => now.get(id)?.outcome !== 'pass')
const isRefused = ({ id }) => now.get(id)?.outcome === 'unsupported' // said by a status, not got wrong
const lost = other.filter((each) => !isRefused(each))
console.log(`${name}: ${passed.length - other.length} of ${passed.length} checks that the upstream passes, ${other.length - lost.length} refused`)
for (const { id } of other.filter(isRefused)) console.log(`  refused: ${id}`)
for (const { id } of lost) console.log(`  lost: ${id}: ${JSON.stringify(now.get(id)?.failures ?? 'not made')}`)
process.exit(lost.length > 0 ? 1 : 0)
