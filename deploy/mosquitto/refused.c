/* A Mosquitto plugin that says what was refused: one message for each publication or subscription that a client was
 * denied, on a topic that only Gadong's ingest may hear.
 *
 * Mosquitto tells nobody: a denied publication is a line of its debug log, a denied subscription not even that
 * (docs/adr/0023). Loaded after the dynamic-security plugin, this one is asked about what that one has no rule for, and
 * what has no rule is denied. It decides nothing itself: it always defers.
 *
 *   cc -shared -fPIC -O2 -Wall -Wextra -Werror -o refused.so refused.c
 *
 * with Debian's gcc, libc6-dev, mosquitto-dev and libmosquitto-dev.
 *
 * A message holds its fields in this order, ended by NUL each, since no MQTT text holds one: "1" (the version),
 * "publish" or "subscribe", user name, address, topic, and how many refusals were not told since the last that was.
 */

#include <mosquitto.h>
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define TOPIC "$gadong/refused"
/* A topic may have 65,535 bytes; what is cut off tells nobody more. */
#define TOPIC_SHOWN 1024
#define NAME_SHOWN 256
/* A client that tries in a loop must fill neither a queue nor a log: so many at once, then so many a second. */
#define AT_ONCE 50
#define A_SECOND 5
/* The same from the same client is news once in so many seconds. A collision of two hides one of them for that long. */
#define REMEMBERED 1024
#define AGAIN_AFTER 60

static mosquitto_plugin_id_t *own;
static struct {
	uint64_t what;
	time_t told;
} remembered[REMEMBERED];
static time_t last;
static unsigned left = AT_ONCE;
static unsigned long untold;

/* FNV-1a, over the ending NUL too, so that texts do not run into each other. */
static uint64_t mixed(uint64_t hash, const char *text)
{
	do {
		hash = (hash ^ (uint8_t)*text) * 1099511628211u;
	} while (*text++);
	return hash;
}

static int is_news(const char *act, const char *name, const char *topic, time_t now)
{
	uint64_t what = mixed(mixed(mixed(14695981039346656037u, act), name), topic);
	unsigned place = what % REMEMBERED;

	if (remembered[place].what == what && now - remembered[place].told < AGAIN_AFTER)
		return 0;
	if (now > last) {
		uint64_t more = left + (uint64_t)(now - last) * A_SECOND;
		left = more < AT_ONCE ? (unsigned)more : AT_ONCE;
		last = now;
	}
	if (left == 0)
		return 0;
	left--;
	remembered[place].what = what;
	remembered[place].told = now;
	return 1;
}

static size_t put(char *message, size_t at, const char *text, size_t most)
{
	size_t length = strnlen(text, most);

	memcpy(message + at, text, length);
	message[at + length] = '\0';
	return at + length + 1;
}

static const char *known(const char *text)
{
	return text ? text : "";
}

static int refused(int event, void *data, void *unused)
{
	const struct mosquitto_evt_acl_check *asked = data;
	char message[2 + 10 + 2 * (NAME_SHOWN + 1) + TOPIC_SHOWN + 1 + 21], number[21];
	const char *act, *name, *topic = known(asked->topic);
	size_t length = 0;

	(void)event;
	(void)unused;
	/* What it is not given to hear is no attempt of the client's. */
	if (asked->access != MOSQ_ACL_WRITE && asked->access != MOSQ_ACL_SUBSCRIBE)
		return MOSQ_ERR_PLUGIN_DEFER;
	act = asked->access == MOSQ_ACL_WRITE ? "publish" : "subscribe";
	name = known(mosquitto_client_username(asked->client));
	if (!is_news(act, name, topic, time(NULL))) {
		untold++;
		return MOSQ_ERR_PLUGIN_DEFER;
	}
	snprintf(number, sizeof number, "%lu", untold);
	length = put(message, length, "1", 1);
	length = put(message, length, act, 9);
	length = put(message, length, name, NAME_SHOWN);
	length = put(message, length, known(mosquitto_client_address(asked->client)), NAME_SHOWN);
	length = put(message, length, topic, TOPIC_SHOWN);
	length = put(message, length, number, 20);
	if (mosquitto_broker_publish_copy(NULL, TOPIC, (int)length, message, 1, false, NULL) == MOSQ_ERR_SUCCESS)
		untold = 0;
	else
		untold++;
	return MOSQ_ERR_PLUGIN_DEFER;
}

int mosquitto_plugin_version(int count, const int *versions)
{
	for (int i = 0; i < count; i++)
		if (versions[i] == 5)
			return 5;
	return -1;
}

int mosquitto_plugin_init(mosquitto_plugin_id_t *id, void **data, struct mosquitto_opt *options, int count)
{
	(void)data;
	(void)options;
	(void)count;
	own = id;
	return mosquitto_callback_register(own, MOSQ_EVT_ACL_CHECK, refused, NULL, NULL);
}

int mosquitto_plugin_cleanup(void *data, struct mosquitto_opt *options, int count)
{
	(void)data;
	(void)options;
	(void)count;
	return mosquitto_callback_unregister(own, MOSQ_EVT_ACL_CHECK, refused, NULL);
}
