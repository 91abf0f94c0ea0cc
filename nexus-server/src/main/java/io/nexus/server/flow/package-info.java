/**
 * The life of a request, from the bytes that come to the bytes that go. Start at {@link
 * io.nexus.server.flow.RequestFlow}. Knows no wire API: what a request says and how an answer is
 * metered is behind {@link io.nexus.server.dialect.Dialect}.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.server.flow;
