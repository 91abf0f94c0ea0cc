// Compares two reports of llmprobe: which checks that the first passes has the second lost? llmprobe.mjs BASELINE REPORT NAME [SURFACE...]
import { readFileSync } from 'node:fs'

const [baseline, report, name, ...left] = process.argv.slice(2)
const checks = (file) => JSON.parse(readFileSync(file)).conformance.results.filter((each) => !left.includes(each.surface))
const now = new Map(checks(report).map((each) => [each.id, each]))
const passed = checks(baseline).filter((each) => each.outcome === 'pass')
const lost = passed.filter(({ id }) => now.get(id)?.outcome !== 'pass')
console.log(`${name}: ${passed.length - lost.length} of ${passed.length} checks that the upstream passes`)
for (const { id } of lost) console.log(`  lost: ${id}: ${JSON.stringify(now.get(id)?.failures ?? 'not made')}`)
process.exit(lost.length > 0 ? 1 : 0)
