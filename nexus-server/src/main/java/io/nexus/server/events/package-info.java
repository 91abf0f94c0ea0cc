/**
 * Events of a running gateway for listeners: {@code GET /admin/v1/events}. Start at {@link
 * io.nexus.server.events.Feed}. Requests do no work for it: figures are checked once a second while
 * there are listeners.
 */
package io.nexus.server.events;
