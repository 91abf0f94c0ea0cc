/**
 * What routing works on: requests, candidates, and what was decided. Values only. Start at {@link *
 * io.nexus.control.routing.RoutingIntent}.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.control.routing;
