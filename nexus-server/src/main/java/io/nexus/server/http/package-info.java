/**
 * What all routes share: connections and their deadlines, bodies within bounds, clients' keys,
 * errors in the format of the client's API.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.server.http;
