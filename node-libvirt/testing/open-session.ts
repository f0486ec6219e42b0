// Opens the user's session and prints, as JSON, the driver's type or why it failed. The tests of autospawn run it as the
// unprivileged user.
import { ConnectionError } from '../src/errors.ts'
import { openConnection } from '../src/open.ts'

async function main(): Promise<Record<string, string>> {
  try {
    const connection = await openConnection('test:///default', { autospawn: process.env['AUTOSPAWN'] !== 'no' })
    const type = await connection.getType()
    await connection.close()
    return { type }
  } catch (error) {
    if (error instanceof ConnectionError) return { reason: error.reason, message: error.message }
    throw error
  }
}

process.stdout.write(JSON.stringify(await main()))
