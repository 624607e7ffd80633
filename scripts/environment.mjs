import { toolEnvironment } from './set-up/build.mjs'

/** What children get to see of the caller's environment: what is theirs by name. */
const PASSED = /^(SONDE_|OTEL_|NO_COLOR$|TZ$|LANG$|LC_|http_proxy$|https_proxy$|no_proxy$|HTTP_PROXY$|HTTPS_PROXY$|NO_PROXY$|NODE_EXTRA_CA_CERTS$|SSL_CERT_)/

/**
 * The environment of web and collector: named variables only, so that nothing of the caller's shell gets into a long-lived process.
 * @param {string} root
 * @returns {NodeJS.ProcessEnv}
 */
export function childEnvironment(root) {
  const passed = Object.entries(process.env).filter(([name]) => PASSED.test(name))
  return { ...Object.fromEntries(passed), PATH: toolEnvironment(root).PATH, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
}
