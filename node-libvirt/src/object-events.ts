import type { Translators } from './event-families.ts'
import { nameOf } from './flags.ts'
import { Network } from './network.ts'
import { NodeDevice } from './node-device.ts'
import {
  networkEventLifecycleType,
  networkMetadataType,
  nodeDeviceEventLifecycleType,
  secretEventLifecycleType,
  storagePoolEventLifecycleType,
} from './protocol/enums.generated.ts'
import type {
  NetworkEventMessages,
  NodeDeviceEventMessages,
  SecretEventMessages,
  StoragePoolEventMessages,
} from './protocol/events.generated.ts'
import { Secret } from './secret.ts'
import { StoragePool } from './storage-pool.ts'

type Name<T> = Extract<keyof T, string> | 'unknown'

export interface NetworkEvents {
  lifecycle: { readonly network: Network; readonly event: Name<typeof networkEventLifecycleType> }
  /** `uri` names the namespace when the type is 'element'. */
  'metadata-change': {
    readonly network: Network
    readonly type: Name<typeof networkMetadataType>
    readonly uri: string | null
  }
}

export const networkEventTranslators: Translators<NetworkEventMessages, NetworkEvents> = {
  lifecycle: (connection, message) => ({
    network: new Network(connection, message.net),
    event: nameOf(networkEventLifecycleType, message.event),
  }),
  'metadata-change': (connection, message) => ({
    network: new Network(connection, message.net),
    type: nameOf(networkMetadataType, message.type),
    uri: message.nsuri,
  }),
}

export interface StoragePoolEvents {
  lifecycle: { readonly pool: StoragePool; readonly event: Name<typeof storagePoolEventLifecycleType> }
  refresh: { readonly pool: StoragePool }
}

export const storagePoolEventTranslators: Translators<StoragePoolEventMessages, StoragePoolEvents> = {
  lifecycle: (connection, message) => ({
    pool: new StoragePool(connection, message.pool),
    event: nameOf(storagePoolEventLifecycleType, message.event),
  }),
  refresh: (connection, message) => ({ pool: new StoragePool(connection, message.pool) }),
}

export interface NodeDeviceEvents {
  lifecycle: { readonly device: NodeDevice; readonly event: Name<typeof nodeDeviceEventLifecycleType> }
  update: { readonly device: NodeDevice }
}

export const nodeDeviceEventTranslators: Translators<NodeDeviceEventMessages, NodeDeviceEvents> = {
  lifecycle: (connection, message) => ({
    device: new NodeDevice(connection, message.dev),
    event: nameOf(nodeDeviceEventLifecycleType, message.event),
  }),
  update: (connection, message) => ({ device: new NodeDevice(connection, message.dev) }),
}

export interface SecretEvents {
  lifecycle: { readonly secret: Secret; readonly event: Name<typeof secretEventLifecycleType> }
  'value-changed': { readonly secret: Secret }
}

export const secretEventTranslators: Translators<SecretEventMessages, SecretEvents> = {
  lifecycle: (connection, message) => ({
    secret: new Secret(connection, message.secret),
    event: nameOf(secretEventLifecycleType, message.event),
  }),
  'value-changed': (connection, message) => ({ secret: new Secret(connection, message.secret) }),
}
