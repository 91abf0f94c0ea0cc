/** The process's log: lines for people, JSON for collectors. */
@org.jspecify.annotations.NullMarked
package io.nexus.server.log;
