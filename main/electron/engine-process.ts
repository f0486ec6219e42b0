import { serveWindows } from './engine-server.ts'

// The engine's own process: it lives in Electron's utility process and ends when the shell says so.
serveWindows(process.parentPort, (code) => process.exit(code))
