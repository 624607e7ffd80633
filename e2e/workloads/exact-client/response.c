#include "client.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void response_begin(struct response *r)
{
	memset(r, 0, offsetof(struct response, line));
	r->first_line = true;
	r->answered_number = 0;
}

static void header_line(struct response *r, const char *line)
{
	if (!strncasecmp(line, "content-length:", 15)) {
		if (r->form != BODY_CHUNKED)
			r->form = BODY_LENGTH;
		r->left = strtoull(line + 15, NULL, 10);
	} else if (!strncasecmp(line, "transfer-encoding:", 18) && strcasestr(line, "chunked")) {
		r->form = BODY_CHUNKED;
	} else if (!strncasecmp(line, "connection:", 11) && strcasestr(line, "close")) {
		r->closes = true;
	}
}

static void head_ends(struct response *r, bool head_only)
{
	if (r->status >= 100 && r->status < 200) {	/* 100 Continue: the real one follows */
		response_begin(r);
		return;
	}
	if (head_only || r->status == 204 || r->status == 304)
		r->state = DONE;
	else if (r->form == BODY_CHUNKED)
		r->state = CHUNK_SIZE;
	else if (r->form == BODY_LENGTH)
		r->state = r->left ? BODY : DONE;
	else {
		r->form = BODY_UNTIL_CLOSE;
		r->closes = true;
		r->left = UINT64_MAX;
		r->state = BODY;
	}
}

static void head_line(struct response *r, bool head_only)
{
	if (r->first_line) {
		r->first_line = false;
		if (r->line_length < 12 || strncmp(r->line, "HTTP/1.", 7) || r->line[8] != ' ') {
			r->state = BROKEN;
			return;
		}
		r->status = atoi(r->line + 9);
		r->closes = r->line[7] == '0';
	} else if (r->line_length == 0) {
		head_ends(r, head_only);
	} else {
		header_line(r, r->line);
	}
}

static void line_ends(struct response *r, bool head_only)
{
	if (r->line_length && r->line[r->line_length - 1] == '\r')
		r->line_length--;
	r->line[r->line_length] = 0;
	if (r->state == HEAD) {
		head_line(r, head_only);
	} else if (r->state == CHUNK_SIZE) {
		r->left = strtoull(r->line, NULL, 16);
		r->state = r->left ? BODY : TRAILER;
	} else if (r->state == CHUNK_END) {
		r->state = CHUNK_SIZE;
	} else if (r->state == TRAILER && r->line_length == 0) {
		r->state = DONE;
	}
	r->line_length = 0;
}

static size_t take_body(struct response *r, const char *bytes, size_t length)
{
	size_t taken = length < r->left ? length : r->left;

	for (size_t i = 0; i < taken && r->body_bytes + i < 20; i++)
		if (bytes[i] >= '0' && bytes[i] <= '9')
			r->answered_number = r->answered_number * 10 + (bytes[i] - '0');
	r->body_bytes += taken;
	r->left -= taken;
	if (r->left == 0)
		r->state = r->form == BODY_CHUNKED ? CHUNK_END : DONE;
	return taken;
}

size_t response_take(struct response *r, const char *bytes, size_t length, bool head_only)
{
	size_t at = 0;

	while (at < length && r->state != DONE && r->state != BROKEN) {
		if (r->state == BODY) {
			at += take_body(r, bytes + at, length - at);
			continue;
		}
		char c = bytes[at++];
		if (c == '\n')
			line_ends(r, head_only);
		else if (r->line_length < sizeof(r->line) - 1)
			r->line[r->line_length++] = c;
		else
			r->state = BROKEN;
	}
	return at;
}

bool response_end(struct response *r)
{
	if (r->state == BODY && r->form == BODY_UNTIL_CLOSE)
		r->state = DONE;
	return r->state == DONE;
}
