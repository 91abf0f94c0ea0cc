/**
 * What happens in a running gateway, told to whoever listens: {@code GET /admin/v1/events}. Start
 * with {@link io.nexus.server.events.Feed}. Requests know nothing of it: what they change is looked
 * at once a second while somebody listens.
 */
package io.nexus.server.events;
