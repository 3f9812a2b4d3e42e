// Plain JavaScript, so that it also runs where the sources do not: they need type stripping without a flag (Node 22.18).
const needed = [22, 18]
const found = process.versions.node.split('.').map(Number)

if (found[0] < needed[0] || (found[0] === needed[0] && found[1] < needed[1])) {
  process.stderr.write(
    `Drover needs Node.js ${needed.join('.')} or newer; this is ${process.versions.node} (${process.execPath}).\n` +
      'Run it with the npm scripts after `npm ci`, which bring Node 24 on Linux, or install a newer Node.js.\n',
  )
  process.exit(1)
}
