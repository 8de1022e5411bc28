"""Put the touchpoints there are on the steps of the journey, with room between their places."""

from typing import ClassVar

from django.db import migrations

# By the catalogue it came from, else by its class: one's own touchpoints begin where most of their class stand.
STAGES = """
UPDATE touchpoints_touchpoint SET stage = CASE
    WHEN catalogue_key IN (
        'business.sign', 'business.advertising', 'business.cars', 'business.print', 'business.maps',
        'service.reviews', 'service.publications'
    ) THEN 'notice'
    WHEN catalogue_key IN (
        'business.website', 'business.entrance', 'business.parking', 'business.first_call', 'business.messages',
        'business.offers', 'product.display', 'product.name', 'service.name', 'service.presentation',
        'service.booklet', 'service.cases'
    ) THEN 'choose'
    WHEN catalogue_key IN (
        'business.office', 'business.smell', 'business.restroom', 'business.documents', 'product.barcode',
        'service.booking', 'service.payment', 'service.queue', 'employee.look', 'employee.smile', 'employee.neatness',
        'employee.uniform', 'employee.badge', 'employee.posture', 'employee.phrases'
    ) THEN 'buy'
    WHEN catalogue_key IN (
        'product.packaging', 'product.design', 'product.manual', 'product.warranty', 'product.quality',
        'service.staff', 'service.sms', 'service.deadlines'
    ) THEN 'use'
    WHEN catalogue_key IN (
        'service.returns'
    ) THEN 'return'
    WHEN catalogue_key = '' AND kind = 'business' THEN 'choose'
    WHEN catalogue_key = '' AND kind = 'product' THEN 'use'
    WHEN catalogue_key = '' AND kind = 'service' THEN 'use'
    WHEN catalogue_key = '' AND kind = 'employee' THEN 'buy'
    ELSE stage END
"""
PLACES = """
UPDATE touchpoints_touchpoint point SET position = ordered.place * 1024
FROM (
    SELECT id, row_number() OVER (
        PARTITION BY stage ORDER BY array_position(ARRAY['business', 'product', 'service', 'employee'], kind::text), position, id
    ) AS place FROM touchpoints_touchpoint
) ordered
WHERE point.id = ordered.id
"""


class Migration(migrations.Migration):
    """The journey begins filled."""

    dependencies: ClassVar = [("touchpoints", "0006_actions_reminded")]
    operations: ClassVar = [
        migrations.RunSQL(STAGES, migrations.RunSQL.noop),
        migrations.RunSQL(PLACES, migrations.RunSQL.noop),
    ]
