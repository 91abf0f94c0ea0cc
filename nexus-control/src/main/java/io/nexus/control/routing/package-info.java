/**
 * The values of routing: requests, candidates and decisions. Start at {@link *
 * io.nexus.control.routing.RoutingIntent}.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.control.routing;
