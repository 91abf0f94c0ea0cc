/**
 * The processing of a request, from the bytes received to the bytes sent. Start at {@link
 * io.nexus.server.flow.RequestFlow}. Knows no wire API: parsing of requests and metering of answers
 * are behind {@link io.nexus.server.dialect.Dialect}.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.server.flow;
