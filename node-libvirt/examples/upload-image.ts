// Makes a volume in a pool and fills it from a file.
//   npx tsx examples/upload-image.ts uri pool file
import { createReadStream, statSync } from 'node:fs'
import { basename } from 'node:path'
import { LibvirtError, openConnection } from 'node-libvirt'

const [uri = 'qemu:///session', poolName = 'default', file = ''] = process.argv.slice(2)

await using connection = await openConnection(uri)
const pool = await connection.storagePoolLookupByName(poolName)
const sizeBytes = statSync(file).size
const volume = await pool
  .storageVolCreateXML(`<volume><name>${basename(file)}</name><capacity unit='bytes'>${sizeBytes}</capacity></volume>`)
  .catch((error: unknown) => {
    if (error instanceof LibvirtError && error.code === 'storage-vol-exist')
      throw new Error('The pool has one already.')
    throw error
  })
await volume.upload(createReadStream(file), {
  onProgress: (sentBytes) => process.stderr.write(`\r${Math.round((sentBytes / sizeBytes) * 100)} %`),
})
process.stdout.write(`\n${await volume.getPath()}\n`)
