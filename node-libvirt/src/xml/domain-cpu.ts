import { integer, onOff, oneOf, text } from './codec.ts'
import { list, part } from './composition.ts'
import { property } from './property.ts'
import { kibibytes } from './units.ts'
import { xmlObject } from './xml-object.ts'

/** All of them multiplied is the number of vCPUs. */
export class CpuTopology extends xmlObject({
  sockets: property('./@sockets', integer),
  dies: property('./@dies', integer),
  cores: property('./@cores', integer),
  threads: property('./@threads', integer),
}) {}

export class CpuFeature extends xmlObject({
  name: property('./@name', text),
  policy: property('./@policy', oneOf('force', 'require', 'optional', 'disable', 'forbid')),
}) {}

export class NumaCell extends xmlObject({
  id: property('./@id', integer),
  cpus: property('./@cpus', text),
  memoryKiB: property('./@memory', kibibytes),
}) {}

export class DomainCpu extends xmlObject({
  mode: property('./@mode', oneOf('host-passthrough', 'host-model', 'custom', 'maximum')),
  match: property('./@match', oneOf('exact', 'minimum', 'strict')),
  check: property('./@check', oneOf('none', 'partial', 'full')),
  isMigratable: property('./@migratable', onOff),
  model: property('./model', text),
  fallback: property('./model/@fallback', oneOf('allow', 'forbid')),
  vendor: property('./vendor', text),
  topology: part('./topology', CpuTopology),
  features: list('./feature', CpuFeature),
  cacheMode: property('./cache/@mode', oneOf('passthrough', 'emulate', 'disable')),
  numaCells: list('./numa/cell', NumaCell),
}) {}
