/**
 * What all routes share: connections and their deadlines, bodies within bounds, clients' keys,
 * errors in the form that the client's API has.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.server.http;
