import type { Network } from './network.ts'
import { bandwidthParamTypes, type BandwidthParams } from './param-types.ts'
import type { NonnullNetworkPort } from './protocol/structs.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'
import { fromParams, knownParams } from './sent-params.ts'

/** Where a guest's card is plugged into a network. */
export class NetworkPort {
  constructor(
    readonly network: Network,
    readonly ref: NonnullNetworkPort,
  ) {}

  /** Lower case with dashes. */
  get uuid(): string {
    return this.ref.uuid
  }

  /** @see virNetworkPortGetXMLDesc (remote procedure 409) */
  async getXMLDesc(options?: CallOptions): Promise<string> {
    return (await this.network.connection.call('networkPortGetXmlDesc', { port: this.ref, flags: 0 }, options)).xml
  }

  /**
   * They come all at once, uncounted, and no daemon knows the flag for texts here: there are none.
   * @see virNetworkPortGetParameters (407)
   */
  async getParameters(options?: CallOptions): Promise<BandwidthParams> {
    const args = { port: this.ref, nparams: 0, flags: 0 }
    const { params } = await this.network.connection.call('networkPortGetParameters', args, options)
    return knownParams<typeof bandwidthParamTypes>(params)
  }

  /** @see virNetworkPortSetParameters (408) */
  async setParameters(params: BandwidthParams, options?: CallOptions): Promise<void> {
    const args = { port: this.ref, params: fromParams(bandwidthParamTypes, params), flags: 0 }
    await this.network.connection.call('networkPortSetParameters', args, options)
  }

  /** @see virNetworkPortDelete (410) */
  async delete(options?: CallOptions): Promise<void> {
    await this.network.connection.call('networkPortDelete', { port: this.ref, flags: 0 }, options)
  }
}
