/**
 * Routes that only read: health, metrics, models, stats, spend, explanations, the OpenAPI document.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.server.routes;
