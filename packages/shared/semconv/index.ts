/** OpenTelemetry's names, pinned to one version of the semantic conventions, and our own under `sonde.`. */

export const SCHEMA_URL = 'https://opentelemetry.io/schemas/1.44.0'

export const HTTP_REQUEST_METHOD = 'http.request.method'
export const HTTP_REQUEST_METHOD_ORIGINAL = 'http.request.method_original'
export const HTTP_RESPONSE_STATUS_CODE = 'http.response.status_code'
export const ERROR_TYPE = 'error.type'
export const URL_SCHEME = 'url.scheme'
export const URL_PATH = 'url.path'
export const URL_QUERY = 'url.query'
export const SERVER_ADDRESS = 'server.address'
export const SERVER_PORT = 'server.port'
export const CLIENT_ADDRESS = 'client.address'
export const CLIENT_PORT = 'client.port'
export const NETWORK_PEER_ADDRESS = 'network.peer.address'
export const NETWORK_PEER_PORT = 'network.peer.port'
export const NETWORK_LOCAL_ADDRESS = 'network.local.address'
export const NETWORK_LOCAL_PORT = 'network.local.port'
export const NETWORK_PROTOCOL_NAME = 'network.protocol.name'
export const NETWORK_PROTOCOL_VERSION = 'network.protocol.version'
export const NETWORK_TRANSPORT = 'network.transport'
export const NETWORK_TYPE = 'network.type'
export const USER_AGENT_ORIGINAL = 'user_agent.original'
export const SERVICE_NAME = 'service.name'
export const SERVICE_INSTANCE_ID = 'service.instance.id'
export const SERVICE_PEER_NAME = 'service.peer.name'
export const HOST_NAME = 'host.name'
export const HOST_ID = 'host.id'
export const PROCESS_PID = 'process.pid'
export const THREAD_ID = 'thread.id'
export const TELEMETRY_DISTRO_NAME = 'telemetry.distro.name'
export const TELEMETRY_DISTRO_VERSION = 'telemetry.distro.version'

export const METRIC_HTTP_SERVER_REQUEST_DURATION = 'http.server.request.duration'
export const METRIC_HTTP_CLIENT_REQUEST_DURATION = 'http.client.request.duration'
/** Bucket bounds of the two HTTP duration metrics, in seconds, as the convention gives them. */
export const HTTP_DURATION_BOUNDS_S = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

/** A guessed template; `http.route` is never guessed. */
export const SONDE_URL_TEMPLATE = 'sonde.url.template'
/** `exact`, `inferred` or `unknown`. */
export const SONDE_LINK_CONFIDENCE = 'sonde.link.confidence'
/** Time the request lay in the socket before the program read it, in seconds. */
export const SONDE_QUEUE_DURATION = 'sonde.queue.duration'
