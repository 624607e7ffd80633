import type { Detection, ProcessFacts } from '../detector.ts'
import { operands, stem } from './arguments.ts'

/** Options of `java` that take the next argument (java -help). */
const VALUED = new Set('-cp -classpath --class-path -p --module-path --add-modules --add-opens --add-exports --add-reads --limit-modules --upgrade-module-path'.split(' '))
const ENDING = new Set(['-jar', '-m', '--module'])

/** Main classes that stand for a product. */
const PRODUCTS: Readonly<Record<string, string>> = {
  'org.apache.catalina.startup.Bootstrap': 'tomcat',
  'kafka.Kafka': 'kafka',
  'org.apache.zookeeper.server.quorum.QuorumPeerMain': 'zookeeper',
  'org.elasticsearch.bootstrap.Elasticsearch': 'elasticsearch',
  'org.elasticsearch.server/org.elasticsearch.bootstrap.Elasticsearch': 'elasticsearch',
  'org.apache.cassandra.service.CassandraDaemon': 'cassandra',
  'org.apache.activemq.artemis.boot.Artemis': 'artemis',
}

/** Java: the name it was told by a property, the jar, the main class, the module. */
export function java(facts: ProcessFacts): Detection {
  const { options, rest } = operands(facts.commandArgs.slice(1), VALUED, ENDING)
  const told = options.get('-Dotel.service.name') || options.get('-Dspring.application.name')
  return { kind: 'java', service: told || started(rest[0]) || 'java' }
}

/** `shop` of `/opt/shop-1.4.2.jar`, `Main` of `com.example.Main`, `Server` of `shop/com.example.Server`. */
function started(operand: string | undefined): string | undefined {
  if (!operand) return undefined
  if (operand.endsWith('.jar')) return stem(operand).replace(/-\d+(\.\d+)*([.-](SNAPSHOT|RELEASE|Final))?$/, '')
  return PRODUCTS[operand] ?? operand.slice(Math.max(operand.lastIndexOf('.'), operand.lastIndexOf('/')) + 1)
}
