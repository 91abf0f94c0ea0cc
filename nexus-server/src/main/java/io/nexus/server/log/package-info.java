/** What the process logs, and in which form: lines for people, JSON for collectors. */
@org.jspecify.annotations.NullMarked
package io.nexus.server.log;
