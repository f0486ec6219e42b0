import { describe, expect, it } from 'vitest'
import { observed, type Answers } from '../testing/observed-calls.ts'
import { DomainCheckpoint } from './domain-checkpoint.ts'
import { DomainSnapshot } from './domain-snapshot.ts'
import { Domain } from './domain.ts'

// What a method sends and makes of the answer, where no real daemon at hand can do it: the fake one decodes with the
// generated codecs, so a wrong flag, type or order shows.

const dom = { name: 'one', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: 1 }
const snap = { name: 's', dom }
const checkpoint = { name: 'c', dom }
const none = null

function on<T>(answers: Answers, act: (domain: Domain) => Promise<T>) {
  return observed(answers, (connection) => act(new Domain(connection, dom)))
}

/** The single call of an action whose answer is empty. */
async function sent(procedure: keyof Answers, act: (domain: Domain) => Promise<unknown>): Promise<unknown> {
  const { calls } = await on({ [procedure]: none }, act)
  expect(calls).toHaveLength(1)
  expect(calls[0]?.[0]).toBe(procedure)
  return calls[0]?.[1]
}

const nothing = new Uint8Array()
const bytes = (...values: number[]) => Uint8Array.of(...values)

describe('power', () => {
  it('sleeps and wakes', async () => {
    expect(await sent('domainPmSuspendForDuration', (d) => d.pmSuspendForDuration('hybrid', 7))).toEqual({
      dom,
      target: 2,
      duration: 7n,
      flags: 0,
    })
    expect(await sent('domainPmWakeup', (d) => d.pmWakeup())).toEqual({ dom, flags: 0 })
  })

  it('is asked of the guest in a way of our choice', async () => {
    expect(await sent('domainShutdownFlags', (d) => d.shutdown(['guest-agent', 'acpi-power-btn']))).toEqual({
      dom,
      flags: 3,
    })
    expect(await sent('domainReboot', (d) => d.reboot(['acpi-power-btn']))).toEqual({ dom, flags: 1 })
  })

  it('interrupts, signals, and says what follows a crash', async () => {
    expect(await sent('domainInjectNmi', (d) => d.injectNMI())).toEqual({ dom, flags: 0 })
    expect(await sent('domainSendProcessSignal', (d) => d.sendProcessSignal(12, 'term'))).toEqual({
      dom,
      pid_value: 12n,
      signum: 15,
      flags: 0,
    })
    expect(
      await sent('domainSetLifecycleAction', (d) => d.setLifecycleAction('crash', 'coredump-restart', ['config'])),
    ).toEqual({ dom, type: 2, action: 5, flags: 2 })
  })
})

describe('status', () => {
  it('reads control state, labels and messages', async () => {
    const control = await on({ domainGetControlInfo: { state: 3, details: 2, stateTime: 1_500n } }, (d) =>
      d.getControlInfo(),
    )
    expect(control.result).toEqual({ state: 'error', error: 'monitor', sinceMs: 1_500 })
    const label = { label: Buffer.from('libvirt-1\0\0'), enforcing: 1 }
    expect((await on({ domainGetSecurityLabel: label }, (d) => d.getSecurityLabel())).result).toEqual({
      label: 'libvirt-1',
      isEnforcing: true,
    })
    expect(
      (await on({ domainGetSecurityLabelList: { labels: [label], ret: 1 } }, (d) => d.getSecurityLabelList())).result,
    ).toEqual([{ label: 'libvirt-1', isEnforcing: true }])
    expect(
      await on({ domainGetMessages: { msgs: ['tainted'] } }, (d) => d.getMessages(['deprecation', 'tainting'])),
    ).toEqual({ calls: [['domainGetMessages', { dom, flags: 3 }]], result: ['tainted'] })
  })

  it('starts by itself just once', async () => {
    expect((await on({ domainGetAutostartOnce: { autostart: 1 } }, (d) => d.getAutostartOnce())).result).toBe(true)
    expect(await sent('domainSetAutostartOnce', (d) => d.setAutostartOnce(true))).toEqual({ dom, autostart: 1 })
  })

  it('reads and sets what launch security needs', async () => {
    const params = [{ field: 'sev-policy', value: { type: 2 as const, ui: 3 } }]
    expect((await on({ domainGetLaunchSecurityInfo: { params } }, (d) => d.getLaunchSecurityInfo())).result).toEqual({
      'sev-policy': 3,
    })
    const args = await sent('domainSetLaunchSecurityState', (d) =>
      d.setLaunchSecurityState({ 'sev-secret': 'YQ==', 'sev-secret-set-address': 4_096 }),
    )
    expect(args).toEqual({
      dom,
      params: [
        { field: 'sev-secret', value: { type: 7, s: 'YQ==' } },
        { field: 'sev-secret-set-address', value: { type: 4, ul: 4_096n } },
      ],
      flags: 0,
    })
  })
})

describe('saving', () => {
  it('writes memory to files', async () => {
    expect(await sent('domainSave', (d) => d.save('/s'))).toEqual({ dom, to: '/s' })
    expect(await sent('domainSaveFlags', (d) => d.saveFlags('/s', '<x/>', ['bypass-cache', 'paused']))).toEqual({
      dom,
      to: '/s',
      dxml: '<x/>',
      flags: 5,
    })
    expect(
      await sent('domainSaveParams', (d) => d.saveParams({ file: '/s', 'parallel.channels': 4 }, ['running'])),
    ).toEqual({
      dom,
      params: [
        { field: 'file', value: { type: 7, s: '/s' } },
        { field: 'parallel.channels', value: { type: 1, i: 4 } },
      ],
      flags: 2,
    })
    expect(await sent('domainManagedSaveDefineXml', (d) => d.managedSaveDefineXML('<x/>', ['paused']))).toEqual({
      dom,
      dxml: '<x/>',
      flags: 4,
    })
    expect(
      (await on({ domainManagedSaveGetXmlDesc: { xml: '<x/>' } }, (d) => d.managedSaveGetXMLDesc(['secure']))).calls,
    ).toEqual([['domainManagedSaveGetXmlDesc', { dom, flags: 1 }]])
  })

  it('dumps', async () => {
    expect(await sent('domainCoreDump', (d) => d.coreDump('/d', ['live', 'bypass-cache']))).toEqual({
      dom,
      to: '/d',
      flags: 6,
    })
    expect(
      await sent('domainCoreDumpWithFormat', (d) => d.coreDumpWithFormat('/d', 'kdump-zlib', ['memory-only'])),
    ).toEqual({ dom, to: '/d', dumpformat: 1, flags: 16 })
  })
})

describe('devices', () => {
  it('detach, and open as channels and pictures, or fail to in time', async () => {
    expect(await sent('domainDetachDeviceFlags', (d) => d.detachDeviceFlags('<disk/>', ['live', 'force']))).toEqual({
      dom,
      xml: '<disk/>',
      flags: 5,
    })
    const channel = await on({ domainOpenChannel: none }, async (d) => {
      const stream = d.openChannel('org.qemu.guest_agent.0', ['force'])
      await stream.opened
      stream.destroy()
    })
    expect(channel.calls).toEqual([['domainOpenChannel', { dom, name: 'org.qemu.guest_agent.0', flags: 1 }]])
    const picture = await on({ domainScreenshot: { mime: 'image/png' } }, async (d) => {
      const { stream, opened } = d.screenshotStream(2)
      const { mime } = await opened
      stream.destroy()
      return mime
    })
    expect(picture.calls[0]?.[1]).toEqual({ dom, screen: 2, flags: 0 })
    expect(picture.result).toBe('image/png')
    // This daemon knows nothing of consoles, and never answers.
    await on({}, async (d) => {
      const { opened } = d.openConsole(null, [], { timeoutMs: 20 }).on('error', () => undefined)
      await expect(opened).rejects.toMatchObject({ reason: 'timeout' })
      await expect(d.screenshot(0, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' })
    })
  })

  it('detaches by alias and reloads graphics', async () => {
    expect(await sent('domainDetachDeviceAlias', (d) => d.detachDeviceAlias('net0', ['live', 'config']))).toEqual({
      dom,
      alias: 'net0',
      flags: 3,
    })
    expect(await sent('domainGraphicsReload', (d) => d.graphicsReload('vnc'))).toEqual({ dom, type: 1, flags: 0 })
  })
})

describe('CPUs', () => {
  it('are pinned by lists of the host’s CPUs', async () => {
    expect(await sent('domainPinVcpu', (d) => d.pinVcpu(1, [0, 9]))).toEqual({ dom, vcpu: 1, cpumap: bytes(1, 2) })
    expect(await sent('domainPinVcpuFlags', (d) => d.pinVcpuFlags(1, [3], ['live']))).toEqual({
      dom,
      vcpu: 1,
      cpumap: bytes(8),
      flags: 1,
    })
    expect(await sent('domainPinEmulator', (d) => d.pinEmulator([0, 1], ['config']))).toEqual({
      dom,
      cpumap: bytes(3),
      flags: 2,
    })
    expect(await sent('domainPinIothread', (d) => d.pinIOThread(2, [7]))).toEqual({
      dom,
      iothreads_id: 2,
      cpumap: bytes(128),
      flags: 0,
    })
    await expect(sent('domainPinVcpu', (d) => d.pinVcpu(1, [-1]))).rejects.toThrow(TypeError)
  })

  it('tell where they may run', async () => {
    const cpumaps = Buffer.alloc(512)
    cpumaps[0] = 5
    cpumaps[256 + 1] = 1
    const pins = await on({ domainGetVcpusFlags: { num: 2 }, domainGetVcpuPinInfo: { cpumaps, num: 2 } }, (d) =>
      d.getVcpuPinInfo(['config']),
    )
    expect(pins).toEqual({
      calls: [
        ['domainGetVcpusFlags', { dom, flags: 6 }],
        ['domainGetVcpuPinInfo', { dom, ncpumaps: 2, maplen: 256, flags: 2 }],
      ],
      result: [[0, 2], [8]],
    })
    const emulator = await on({ domainGetEmulatorPinInfo: { cpumaps: bytes(6), ret: 1 } }, (d) =>
      d.getEmulatorPinInfo(),
    )
    expect(emulator.result).toEqual([1, 2])
    const info = [
      { number: 0, state: 1, cpu_time: 2n ** 60n, cpu: 3 },
      { number: 1, state: 0, cpu_time: 5n, cpu: -1 },
    ]
    const vcpus = await on({ domainGetVcpusFlags: { num: 2 }, domainGetVcpus: { info, cpumaps } }, (d) => d.getVcpus())
    expect(vcpus.result).toEqual([
      { number: 0, state: 'running', cpuTimeNs: 2n ** 60n, hostCpu: 3, cpus: [0, 2] },
      { number: 1, state: 'offline', cpuTimeNs: 5, hostCpu: null, cpus: [8] },
    ])
  })

  it('come and go by their numbers', async () => {
    expect(await sent('domainSetVcpu', (d) => d.setVcpu([1, 3], false, ['live']))).toEqual({
      dom,
      cpumap: '1,3',
      state: 0,
      flags: 1,
    })
    expect(await sent('domainSetGuestVcpus', (d) => d.setGuestVcpus([2], true))).toEqual({
      dom,
      cpumap: '2',
      state: 1,
      flags: 0,
    })
    const params = [{ field: 'online', value: { type: 7 as const, s: '0-1' } }]
    expect((await on({ domainGetGuestVcpus: { params } }, (d) => d.getGuestVcpus())).result).toEqual({ online: '0-1' })
  })

  it('share I/O threads', async () => {
    expect(await sent('domainAddIothread', (d) => d.addIOThread(3, ['config']))).toEqual({
      dom,
      iothread_id: 3,
      flags: 2,
    })
    expect(await sent('domainDelIothread', (d) => d.delIOThread(3))).toEqual({ dom, iothread_id: 3, flags: 0 })
    expect(
      await sent('domainSetIothreadParams', (d) => d.setIOThreadParams(1, { poll_max_ns: 9, thread_pool_max: 4 })),
    ).toEqual({
      dom,
      iothread_id: 1,
      params: [
        { field: 'poll_max_ns', value: { type: 4, ul: 9n } },
        { field: 'thread_pool_max', value: { type: 1, i: 4 } },
      ],
      flags: 0,
    })
    const info = [{ iothread_id: 1, cpumap: bytes(3) }]
    expect((await on({ domainGetIothreadInfo: { info, ret: 1 } }, (d) => d.getIOThreadInfo(['live']))).result).toEqual([
      { id: 1, cpus: [0, 1] },
    ])
  })

  it('are scheduled by parameters of exactly libvirt’s types', async () => {
    const params = [
      { field: 'cpu_shares', value: { type: 4, ul: 512n } },
      { field: 'vcpu_quota', value: { type: 3, l: -1n } },
    ]
    expect(
      await sent('domainSetSchedulerParameters', (d) => d.setSchedulerParameters({ cpu_shares: 512, vcpu_quota: -1 })),
    ).toEqual({ dom, params })
    expect(
      await sent('domainSetSchedulerParametersFlags', (d) =>
        d.setSchedulerParametersFlags({ cpu_shares: 512n, vcpu_quota: -1 }, ['live']),
      ),
    ).toEqual({ dom, params, flags: 1 })
    const answers: Answers = {
      domainGetSchedulerType: { type: 'posix', nparams: 2 },
      domainGetSchedulerParameters: { params: [{ field: 'vcpu_quota', value: { type: 3, l: 2n ** 60n } }] },
      domainGetSchedulerParametersFlags: { params: [{ field: 'cpu_shares', value: { type: 4, ul: 7n } }] },
    }
    expect((await on(answers, (d) => d.getSchedulerParameters())).result).toEqual({ vcpu_quota: 2n ** 60n })
    expect((await on(answers, (d) => d.getSchedulerParametersFlags(['config']))).calls[1]).toEqual([
      'domainGetSchedulerParametersFlags',
      { dom, nparams: 2, flags: 6 },
    ])
    expect((await on(answers, (d) => d.getSchedulerType())).result).toEqual({ type: 'posix', paramCount: 2 })
  })

  it('are counted, all together or a range one by one', async () => {
    const time = (ul: bigint) => ({ field: 'cpu_time', value: { type: 4 as const, ul } })
    const total = await on(
      { domainGetCpuStats: (args: { nparams: number }) => ({ params: args.nparams ? [time(9n)] : [], nparams: 1 }) },
      (d) => d.getCPUStats(),
    )
    expect(total.result).toEqual([{ cpu_time: 9 }])
    expect(total.calls[1]).toEqual(['domainGetCpuStats', { dom, nparams: 1, start_cpu: -1, ncpus: 1, flags: 4 }])
    const each = await on({ domainGetCpuStats: { params: [time(1n), time(2n)], nparams: 1 } }, (d) =>
      d.getCPUStats({ firstCpu: 2, cpuCount: 2 }),
    )
    expect(each.result).toEqual([{ cpu_time: 1 }, { cpu_time: 2 }])
    expect(each.calls[1]?.[1]).toMatchObject({ start_cpu: 2, ncpus: 2 })
  })

  it('have events that can be counted', async () => {
    expect(await sent('domainSetPerfEvents', (d) => d.setPerfEvents({ cache_misses: true, cmt: false }))).toEqual({
      dom,
      params: [
        { field: 'cache_misses', value: { type: 6, b: 1 } },
        { field: 'cmt', value: { type: 6, b: 0 } },
      ],
      flags: 0,
    })
    const params = [{ field: 'cmt', value: { type: 6 as const, b: 1 } }]
    expect((await on({ domainGetPerfEvents: { params } }, (d) => d.getPerfEvents())).result).toEqual({ cmt: true })
  })
})

describe('memory', () => {
  it('has limits and a NUMA policy, read in two steps', async () => {
    const params = [{ field: 'hard_limit', value: { type: 4 as const, ul: 2n ** 53n - 1n } }]
    const memory = await on(
      {
        domainGetMemoryParameters: (args: { nparams: number }) => ({
          params: args.nparams === 0 ? [] : params,
          nparams: 1,
        }),
      },
      (d) => d.getMemoryParameters(['live']),
    )
    expect(memory).toEqual({
      calls: [
        ['domainGetMemoryParameters', { dom, nparams: 0, flags: 5 }],
        ['domainGetMemoryParameters', { dom, nparams: 1, flags: 5 }],
      ],
      result: { hard_limit: Number.MAX_SAFE_INTEGER },
    })
    expect(await sent('domainSetMemoryParameters', (d) => d.setMemoryParameters({ soft_limit: 1_024 }))).toEqual({
      dom,
      params: [{ field: 'soft_limit', value: { type: 4, ul: 1_024n } }],
      flags: 0,
    })
    const numa = [{ field: 'numa_nodeset', value: { type: 7 as const, s: '0' } }]
    expect((await on({ domainGetNumaParameters: { params: numa, nparams: 1 } }, (d) => d.getNumaParameters())).result)
      // a driver without any answers in one step
      .toEqual({ numa_nodeset: '0' })
    expect(await sent('domainSetNumaParameters', (d) => d.setNumaParameters({ numa_mode: 2 }, ['config']))).toEqual({
      dom,
      params: [{ field: 'numa_mode', value: { type: 1, i: 2 } }],
      flags: 2,
    })
  })

  it('tells its statistics every so often', async () => {
    expect(await sent('domainSetMemoryStatsPeriod', (d) => d.setMemoryStatsPeriod(2, ['live']))).toEqual({
      dom,
      period: 2,
      flags: 1,
    })
  })
})

describe('disks', () => {
  it('are copied, committed, pulled and rebased', async () => {
    expect(
      await sent('domainBlockCopy', (d) =>
        d.blockCopy('vda', '<disk/>', { bandwidth: 2n ** 40n, granularity: 65_536 }, ['shallow', 'transient-job']),
      ),
    ).toEqual({
      dom,
      path: 'vda',
      destxml: '<disk/>',
      params: [
        { field: 'bandwidth', value: { type: 4, ul: 2n ** 40n } },
        { field: 'granularity', value: { type: 2, ui: 65_536 } },
      ],
      flags: 5,
    })
    expect(
      await sent('domainBlockCommit', (d) => d.blockCommit('vda', { top: 'vda[1]' }, 9, ['active', 'bandwidth-bytes'])),
    ).toEqual({ dom, disk: 'vda', base: null, top: 'vda[1]', bandwidth: 9n, flags: 20 })
    expect(await sent('domainBlockPull', (d) => d.blockPull('vda', 5, ['bandwidth-bytes']))).toEqual({
      dom,
      path: 'vda',
      bandwidth: 5n,
      flags: 64,
    })
    expect(await sent('domainBlockRebase', (d) => d.blockRebase('vda', '/base', 0, ['relative']))).toEqual({
      dom,
      path: 'vda',
      base: '/base',
      bandwidth: 0n,
      flags: 16,
    })
    expect(await sent('domainBlockJobAbort', (d) => d.blockJobAbort('vda', ['pivot', 'async']))).toEqual({
      dom,
      path: 'vda',
      flags: 3,
    })
    expect(await sent('domainBlockJobSetSpeed', (d) => d.blockJobSetSpeed('vda', 2n ** 33n))).toEqual({
      dom,
      path: 'vda',
      bandwidth: 2n ** 33n,
      flags: 1,
    })
  })

  it('tell of their jobs', async () => {
    const info = { found: 1, type: 4, bandwidth: 0n, cur: 5n, end: 10n }
    expect((await on({ domainGetBlockJobInfo: info }, (d) => d.getBlockJobInfo('vda'))).result).toEqual({
      type: 'active-commit',
      bytesPerSecond: 0,
      current: 5,
      end: 10,
    })
    expect(
      (await on({ domainGetBlockJobInfo: { ...info, found: 0 } }, (d) => d.getBlockJobInfo('vda'))).result,
    ).toBeNull()
  })

  it('have limits, in groups if wanted', async () => {
    const limits = [
      { field: 'total_bytes_sec', value: { type: 4, ul: 1_000n } },
      { field: 'group_name', value: { type: 7, s: 'slow' } },
    ]
    const params = { total_bytes_sec: 1_000, group_name: 'slow' }
    expect(await sent('domainSetBlockIoTune', (d) => d.setBlockIoTune('vda', params, ['live']))).toEqual({
      dom,
      disk: 'vda',
      params: limits,
      flags: 1,
    })
    expect(await sent('domainSetThrottleGroup', (d) => d.setThrottleGroup('slow', params))).toEqual({
      dom,
      group: 'slow',
      params: limits,
      flags: 0,
    })
    expect(await sent('domainDelThrottleGroup', (d) => d.delThrottleGroup('slow', ['config']))).toEqual({
      dom,
      group: 'slow',
      flags: 2,
    })
    const answer = { params: [{ field: 'total_bytes_sec', value: { type: 4 as const, ul: 5n } }], nparams: 20 }
    expect((await on({ domainGetBlockIoTune: answer }, (d) => d.getBlockIoTune('vda'))).result).toEqual({
      total_bytes_sec: 5,
    })
    const weight = [{ field: 'weight', value: { type: 2 as const, ui: 500 } }]
    expect(await sent('domainSetBlkioParameters', (d) => d.setBlkioParameters({ weight: 500 }))).toEqual({
      dom,
      params: weight,
      flags: 0,
    })
    const blkio = await on({ domainGetBlkioParameters: { params: weight, nparams: 1 } }, (d) => d.getBlkioParameters())
    expect(blkio.result).toEqual({ weight: 500 })
  })

  it('tell their counts, errors and a part of their data', async () => {
    const params = [{ field: 'rd_operations', value: { type: 3 as const, l: 4n } }]
    const stats = await on({ domainBlockStatsFlags: { params, nparams: 8 } }, (d) => d.blockStatsFlags('vda'))
    expect(stats.calls.map(([, args]) => args)).toEqual([
      { dom, path: 'vda', nparams: 0, flags: 4 },
      { dom, path: 'vda', nparams: 8, flags: 4 },
    ])
    const errors = [{ disk: 'vda', error: 2 }]
    expect((await on({ domainGetDiskErrors: { errors, nerrors: 1 } }, (d) => d.getDiskErrors())).result).toEqual([
      { disk: 'vda', error: 'no-space' },
    ])
    const peek = await on({ domainBlockPeek: { buffer: bytes(1, 2) } }, (d) => d.blockPeek('vda', 512, 2))
    expect([...peek.result]).toEqual([1, 2])
    expect(peek.calls[0]?.[1]).toEqual({ dom, path: 'vda', offset: 512n, size: 2, flags: 0 })
    expect(await sent('domainSetBlockThreshold', (d) => d.setBlockThreshold('vda[1]', 1_000))).toEqual({
      dom,
      dev: 'vda[1]',
      threshold: 1_000n,
      flags: 0,
    })
  })
})

describe('network cards', () => {
  it('have counts and limits', async () => {
    const stats = { rx_bytes: 2n ** 60n, rx_packets: 2n, rx_errs: 3n, rx_drop: 4n }
    const answer = { ...stats, tx_bytes: 5n, tx_packets: 6n, tx_errs: 7n, tx_drop: 8n }
    expect((await on({ domainInterfaceStats: answer }, (d) => d.interfaceStats('vnet0'))).result).toEqual({
      receivedBytes: 2n ** 60n,
      receivedPackets: 2,
      receiveErrors: 3,
      receiveDrops: 4,
      sentBytes: 5,
      sentPackets: 6,
      sendErrors: 7,
      sendDrops: 8,
    })
    const params = [{ field: 'inbound.average', value: { type: 2 as const, ui: 100 } }]
    expect(
      await sent('domainSetInterfaceParameters', (d) => d.setInterfaceParameters('vnet0', { 'inbound.average': 100 })),
    ).toEqual({ dom, device: 'vnet0', params, flags: 0 })
    const got = await on({ domainGetInterfaceParameters: { params, nparams: 7 } }, (d) =>
      d.getInterfaceParameters('vnet0', ['live']),
    )
    expect(got.result).toEqual({ 'inbound.average': 100 })
    expect(got.calls[1]?.[1]).toEqual({ dom, device: 'vnet0', nparams: 7, flags: 5 })
  })
})

describe('the guest', () => {
  it('freezes, thaws and trims its file systems, and names them', async () => {
    const freeze = await on({ domainFsfreeze: { filesystems: 2 } }, (d) => d.fsFreeze(['/', '/home']))
    expect(freeze).toEqual({
      calls: [['domainFsfreeze', { dom, mountpoints: ['/', '/home'], flags: 0 }]],
      result: 2,
    })
    expect((await on({ domainFsthaw: { filesystems: 1 } }, (d) => d.fsThaw())).result).toBe(1)
    expect(await sent('domainFstrim', (d) => d.fsTrim(4_096))).toEqual({
      dom,
      mountPoint: null,
      minimum: 4_096n,
      flags: 0,
    })
    const info = [{ mountpoint: '/', name: 'vda1', fstype: 'ext4', dev_aliases: ['vda'] }]
    expect((await on({ domainGetFsinfo: { info, ret: 1 } }, (d) => d.getFSInfo())).result).toEqual([
      { mountPoint: '/', name: 'vda1', type: 'ext4', disks: ['vda'] },
    ])
  })

  it('has a clock', async () => {
    const time = await on({ domainGetTime: { seconds: 1_700_000_000n, nseconds: 123_456_789 } }, (d) => d.getTime())
    expect(time.result).toBe(1_700_000_000_123)
    expect(await sent('domainSetTime', (d) => d.setTime(1_700_000_000_250))).toEqual({
      dom,
      seconds: 1_700_000_000n,
      nseconds: 250_000_000,
      flags: 0,
    })
    expect(await sent('domainSetTime', (d) => d.setTime('rtc'))).toEqual({ dom, seconds: 0n, nseconds: 0, flags: 1 })
  })

  it('lets users in', async () => {
    expect(await sent('domainSetUserPassword', (d) => d.setUserPassword('root', 'x', ['encrypted']))).toEqual({
      dom,
      user: 'root',
      password: 'x',
      flags: 1,
    })
    expect(
      await sent('domainAuthorizedSshKeysSet', (d) => d.authorizedSSHKeysSet('root', ['ssh-ed25519 A'], ['append'])),
    ).toEqual({ dom, user: 'root', keys: ['ssh-ed25519 A'], flags: 1 })
    const keys = await on({ domainAuthorizedSshKeysGet: { keys: ['k'] } }, (d) => d.authorizedSSHKeysGet('root'))
    expect(keys.result).toEqual(['k'])
  })

  it('is asked through its agent or QEMU’s monitor', async () => {
    const agent = await on({ domainAgentCommand: { result: '{}' } }, (d) => d.agentCommand('{"execute":"x"}', 'block'))
    expect(agent.calls[0]?.[1]).toEqual({ dom, cmd: '{"execute":"x"}', timeout: -2, flags: 0 })
    const timeout = await on({ domainAgentSetResponseTimeout: { result: 0 } }, (d) => d.agentSetResponseTimeout(9))
    expect(timeout.calls[0]?.[1]).toEqual({ dom, timeout: 9, flags: 0 })
    const monitor = await on({ domainMonitorCommand: { result: 'ok' } }, (d) => d.qemuMonitorCommand('info', ['hmp']))
    expect(monitor).toEqual({ calls: [['domainMonitorCommand', { dom, cmd: 'info', flags: 1 }]], result: 'ok' })
  })
})

describe('jobs', () => {
  it('tell how far they are', async () => {
    const info = {
      type: 1,
      timeElapsed: 9n,
      timeRemaining: 1n,
      dataTotal: 30n,
      dataProcessed: 20n,
      dataRemaining: 10n,
      memTotal: 3n,
      memProcessed: 2n,
      memRemaining: 1n,
      fileTotal: 0n,
      fileProcessed: 0n,
      fileRemaining: 0n,
    }
    expect((await on({ domainGetJobInfo: info }, (d) => d.getJobInfo())).result).toEqual({
      ...{ type: 'bounded', elapsedMs: 9, remainingMs: 1 },
      data: { totalBytes: 30, processedBytes: 20, remainingBytes: 10 },
      memory: { totalBytes: 3, processedBytes: 2, remainingBytes: 1 },
      file: { totalBytes: 0, processedBytes: 0, remainingBytes: 0 },
    })
    expect(await sent('domainAbortJobFlags', (d) => d.abortJobFlags(['postcopy']))).toEqual({ dom, flags: 1 })
  })

  it('back up, and measure how fast memory changes', async () => {
    expect(await sent('domainBackupBegin', (d) => d.backupBegin('<b/>', '<c/>', ['reuse-external']))).toEqual({
      dom,
      backup_xml: '<b/>',
      checkpoint_xml: '<c/>',
      flags: 1,
    })
    expect((await on({ domainBackupGetXmlDesc: { xml: '<b/>' } }, (d) => d.backupGetXMLDesc())).result).toBe('<b/>')
    expect(await sent('domainStartDirtyRateCalc', (d) => d.startDirtyRateCalc(3, ['dirty-ring']))).toEqual({
      dom,
      seconds: 3,
      flags: 2,
    })
  })
})

describe('migration', () => {
  it('is asked of the daemon, peer to peer', async () => {
    const { calls } = await on({ domainMigratePerform3Params: { cookie_out: nothing } }, (d) =>
      d.migrateToURI3('qemu+ssh://there/system', { bandwidth: 8, migrate_disks: ['vda', 'vdb'] }, ['live', 'tls']),
    )
    expect(calls).toEqual([
      [
        'domainMigratePerform3Params',
        {
          dom,
          dconnuri: 'qemu+ssh://there/system',
          params: [
            { field: 'bandwidth', value: { type: 4, ul: 8n } },
            { field: 'migrate_disks', value: { type: 7, s: 'vda' } },
            { field: 'migrate_disks', value: { type: 7, s: 'vdb' } },
          ],
          cookie_in: nothing,
          flags: 0x1_00_03,
        },
      ],
    ])
    const older = await on({ domainMigratePerform3: { cookie_out: nothing } }, (d) =>
      d.migrateToURI2('qemu+ssh://there/system', { destinationName: 'two', bandwidthMiB: 3 }),
    )
    expect(older.calls[0]?.[1]).toMatchObject({ xmlin: null, uri: null, dname: 'two', resource: 3n, flags: 2n })
  })

  it('is steered while it runs', async () => {
    expect(await sent('domainMigrateSetMaxDowntime', (d) => d.migrateSetMaxDowntime(300))).toEqual({
      dom,
      downtime: 300n,
      flags: 0,
    })
    expect(await sent('domainMigrateSetMaxSpeed', (d) => d.migrateSetMaxSpeed(50, ['postcopy']))).toEqual({
      dom,
      bandwidth: 50n,
      flags: 1,
    })
    expect(await sent('domainMigrateSetCompressionCache', (d) => d.migrateSetCompressionCache(65_536))).toEqual({
      dom,
      cacheSize: 65_536n,
      flags: 0,
    })
    expect(await sent('domainMigrateStartPostCopy', (d) => d.migrateStartPostCopy())).toEqual({ dom, flags: 0 })
    const answers: Answers = {
      domainMigrateGetMaxDowntime: { downtime: 300n },
      domainMigrateGetMaxSpeed: { bandwidth: 50n },
      domainMigrateGetCompressionCache: { cacheSize: 65_536n },
    }
    expect((await on(answers, (d) => d.migrateGetMaxDowntime())).result).toBe(300)
    expect((await on(answers, (d) => d.migrateGetMaxSpeed())).result).toBe(50)
    expect((await on(answers, (d) => d.migrateGetCompressionCache())).result).toBe(65_536)
  })
})

describe('snapshots and checkpoints', () => {
  it('count and tell what they know', async () => {
    const answers: Answers = { domainSnapshotHasMetadata: { metadata: 1 }, domainSnapshotNumChildren: { num: 3 } }
    const { calls, result } = await observed(answers, async (connection) => {
      const snapshot = new DomainSnapshot(new Domain(connection, dom), snap)
      return [await snapshot.hasMetadata(), await snapshot.numChildren(['descendants', 'leaves'])]
    })
    expect(result).toEqual([true, 3])
    expect(calls[1]?.[1]).toEqual({ snap, flags: 5 })
  })

  it('form a tree of checkpoints', async () => {
    const answers: Answers = {
      domainCheckpointGetXmlDesc: { xml: '<c/>' },
      domainCheckpointGetParent: { parent: { name: 'p', dom } },
      domainCheckpointListAllChildren: { checkpoints: [checkpoint], ret: 1 },
      domainCheckpointDelete: none,
    }
    const { calls, result } = await observed(answers, async (connection) => {
      const point = new DomainCheckpoint(new Domain(connection, dom), checkpoint)
      const xml = await point.getXMLDesc(['no-domain', 'size'])
      const parent = await point.getParent()
      const children = await point.listAllChildren(['descendants'])
      await point.delete(['metadata-only'])
      return [xml, parent.name, children.map((child) => child.name)]
    })
    expect(result).toEqual(['<c/>', 'p', ['c']])
    expect(calls.map(([, args]) => (args as { flags: number }).flags)).toEqual([6, 0, 1, 2])
  })
})

describe('a mistake in the arguments', () => {
  it('is a TypeError, and nothing is sent', async () => {
    const wrong = (act: (domain: Domain) => Promise<unknown>) => on({}, act)
    await expect(wrong((d) => d.setMemoryParameters({ nonsense: 1 } as object))).rejects.toThrow(TypeError)
    await expect(wrong((d) => d.setMemoryParameters({ hard_limit: 'much' } as object))).rejects.toThrow(TypeError)
    await expect(wrong((d) => d.setMemoryParameters({ hard_limit: -1 }))).rejects.toThrow(TypeError)
    await expect(wrong((d) => d.setBlkioParameters({ weight: 1.5 }))).rejects.toThrow(TypeError)
  })
})
